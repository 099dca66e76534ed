package io.repvit.onnx;

import java.util.Locale;

/** Between which numbers a value of a graph lies, at most a few beyond. */
public record ValueRange(float min, float max) {
  public ValueRange {
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "range is %s to %s, must be finite and rising", min, max));
    }
  }
}
