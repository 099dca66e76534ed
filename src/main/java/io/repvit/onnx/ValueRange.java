package io.repvit.onnx;

import java.util.Locale;

/** The range of a value of a graph. A few outliers may lie outside of it. */
public record ValueRange(float min, float max) {
  public ValueRange {
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "range is %s to %s, expected finite numbers in ascending order",
              min,
              max));
    }
  }
}
