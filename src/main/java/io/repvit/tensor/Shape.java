package io.repvit.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The shape of an array: its dimensions, outermost first. A scalar has none.
 *
 * @param dims each at least 0
 */
public record Shape(List<Integer> dims) {

  /** Weights have at most four dimensions. The limit bounds the work that a hostile file causes. */
  public static final int MAX_RANK = 8;

  /**
   * @throws IllegalArgumentException if a dimension is negative, there are more than {@link
   *     #MAX_RANK}, or their product exceeds the length of a Java array, {@link Integer#MAX_VALUE}
   */
  public Shape {
    dims = List.copyOf(dims);
    if (dims.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "shape has " + dims.size() + " dimensions, at most " + MAX_RANK + " are supported");
    }
    for (int dim : dims) {
      if (dim < 0) {
        throw new IllegalArgumentException("shape " + dims + " has a negative dimension");
      }
    }
    product(dims);
  }

  public static Shape of(int... dims) {
    var list = new ArrayList<Integer>(dims.length);
    for (int dim : dims) {
      list.add(dim);
    }
    return new Shape(list);
  }

  /** Returns the number of values: the product of the dimensions, 1 for a scalar. */
  public int count() {
    return product(dims);
  }

  public int rank() {
    return dims.size();
  }

  /** Returns one dimension; axis 0 is the outermost. */
  public int dim(int axis) {
    return dims.get(axis);
  }

  private static int product(List<Integer> dims) {
    int product = 1;
    try {
      for (int dim : dims) {
        product = Math.multiplyExact(product, dim);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "shape %s has more than %d values", dims, Integer.MAX_VALUE),
          e);
    }
    return product;
  }

  /** Returns the dimensions without spaces, for example {@code [24,3,3,3]}. */
  @Override
  public String toString() {
    return dims.toString().replace(" ", "");
  }
}
