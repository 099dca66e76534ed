package io.repvit.tensor;

import java.util.Locale;

/**
 * A float32 array. It holds the given array without a copy, so the caller must not modify it
 * afterwards.
 *
 * @param shape its {@link Shape#count} equals the length of {@code values}
 * @param values in row-major order, so the last dimension varies fastest
 */
@SuppressWarnings("ArrayRecordComponent") // Weights are large; no caller compares tensors.
public record Tensor(Shape shape, float[] values) {

  /**
   * @throws IllegalArgumentException if shape and values have different counts
   */
  public Tensor {
    if (shape.count() != values.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "shape %s needs %d values, found %d",
              shape,
              shape.count(),
              values.length));
    }
  }
}
