package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import java.util.List;

/**
 * The position of a tensor's values in its storage, as in PyTorch: the value at {@code index} is
 * element {@code offset + sum(index[i] * strides[i])}.
 *
 * @param offset of the first value, in elements
 * @param strides in elements, one per dimension
 */
record Strides(Shape shape, int offset, List<Long> strides) {

  /**
   * Creates strides and checks that every value is in the storage.
   *
   * @param length of the storage, in elements
   * @throws ArithmeticException if a value is outside of the storage
   */
  static Strides within(long length, Shape shape, long offset, List<Long> strides) {
    long last = offset;
    for (int i = 0; i < shape.rank(); i++) {
      if (strides.get(i) < 0) {
        throw new ArithmeticException("negative stride");
      }
      last = Math.addExact(last, Math.multiplyExact(shape.dim(i) - 1L, strides.get(i)));
    }
    if (offset < 0 || last >= length) {
      throw new ArithmeticException("the last value is at " + last);
    }
    return new Strides(shape, Math.toIntExact(offset), strides);
  }

  /**
   * Returns the values in row-major order. If the storage has this order already, it is returned
   * itself, not copied.
   */
  float[] gather(float[] storage) {
    if (offset == 0 && storage.length == shape.count() && isRowMajor()) {
      return storage;
    }
    float[] values = new float[shape.count()];
    int[] index = new int[shape.rank()];
    long from = offset;
    for (int i = 0; i < values.length; i++) {
      values[i] = storage[(int) from];
      for (int axis = shape.rank() - 1; axis >= 0; axis--) {
        from += strides.get(axis);
        if (++index[axis] < shape.dim(axis)) {
          break;
        }
        from -= strides.get(axis) * shape.dim(axis);
        index[axis] = 0;
      }
    }
    return values;
  }

  private boolean isRowMajor() {
    long next = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.dim(axis) != 1 && strides.get(axis) != next) {
        return false;
      }
      next *= shape.dim(axis);
    }
    return true;
  }
}
