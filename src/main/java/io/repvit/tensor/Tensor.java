package io.repvit.tensor;

import java.util.Locale;

/**
 * float32 values in row-major order. The array is shared, not copied: nobody writes to it after it
 * became a tensor.
 *
 * @param shape as many values as {@code values} holds
 * @param values row-major, innermost side fastest
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough, and copies of weights are not
public record Tensor(Shape shape, float[] values) {

  /**
   * @throws IllegalArgumentException if shape and values disagree
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
