package io.repvit.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The sides of an array, outermost first; no sides means a scalar.
 *
 * @param sides each at least 0
 */
public record Shape(List<Integer> sides) {

  /** No format here has more than four sides; eight leaves room and bounds work on hostile ones. */
  public static final int MAX_RANK = 8;

  /**
   * @throws IllegalArgumentException if a side is negative, there are more than {@link #MAX_RANK},
   *     or the product of the sides does not fit an int, the limit of a Java array
   */
  public Shape {
    sides = List.copyOf(sides);
    if (sides.size() > MAX_RANK) {
      throw new IllegalArgumentException(
          "shape has " + sides.size() + " sides, at most " + MAX_RANK + " are supported");
    }
    for (int side : sides) {
      if (side < 0) {
        throw new IllegalArgumentException("shape " + sides + " has a negative side");
      }
    }
    product(sides);
  }

  public static Shape of(int... sides) {
    var list = new ArrayList<Integer>(sides.length);
    for (int side : sides) {
      list.add(side);
    }
    return new Shape(list);
  }

  /** Number of values, 1 for a scalar. */
  public int count() {
    return product(sides);
  }

  public int rank() {
    return sides.size();
  }

  /** The length of side {@code axis}, counted from the outermost. */
  public int side(int axis) {
    return sides.get(axis);
  }

  private static int product(List<Integer> sides) {
    int product = 1;
    try {
      for (int side : sides) {
        product = Math.multiplyExact(product, side);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "shape %s has more than %d values", sides, Integer.MAX_VALUE),
          e);
    }
    return product;
  }

  /** As in {@code [24,3,3,3]}. */
  @Override
  public String toString() {
    return sides.toString().replace(" ", "");
  }
}
