package io.repvit.checkpoint;

import io.repvit.tensor.Shape;
import java.util.List;

/**
 * Where in a storage the values of one tensor are: {@code offset + sum(index[i] * strides[i])}.
 *
 * @param offset of the first value, in elements
 * @param strides in elements, one per side
 */
record Strides(Shape shape, int offset, List<Long> strides) {

  /**
   * Checks that no index leaves the storage.
   *
   * @param length of the storage, in elements
   * @throws ArithmeticException if one does
   */
  static Strides within(long length, Shape shape, long offset, List<Long> strides) {
    long last = offset;
    for (int i = 0; i < shape.rank(); i++) {
      if (strides.get(i) < 0) {
        throw new ArithmeticException("negative stride");
      }
      last = Math.addExact(last, Math.multiplyExact(shape.side(i) - 1L, strides.get(i)));
    }
    if (offset < 0 || last >= length) {
      throw new ArithmeticException("the last value is at " + last);
    }
    return new Strides(shape, Math.toIntExact(offset), strides);
  }

  /** The values in row-major order; the storage itself where it is that already. */
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
        if (++index[axis] < shape.side(axis)) {
          break;
        }
        from -= strides.get(axis) * shape.side(axis);
        index[axis] = 0;
      }
    }
    return values;
  }

  private boolean isRowMajor() {
    long next = 1;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      if (shape.side(axis) != 1 && strides.get(axis) != next) {
        return false;
      }
      next *= shape.side(axis);
    }
    return true;
  }
}
