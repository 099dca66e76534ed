package io.repvit.onnx;

/** Between which numbers a value of a graph lies, at most a few beyond. */
public record ValueRange(float min, float max) {
  public ValueRange {
    if (!Float.isFinite(min) || !Float.isFinite(max) || min > max) {
      throw new IllegalArgumentException(
          "range is %s to %s, must be finite and rising".formatted(min, max));
    }
  }
}
