package io.repvit.onnx;

/**
 * Real numbers as uint8: {@code real = scale (q - zero)}, in which 0 is exact.
 *
 * @param scale of one step, positive
 * @param zero 0 to 255
 */
record Uint8(float scale, int zero) {
  private static final int LARGEST = 255;

  /** All of a range and 0; a range of nothing but 0 has the scale 1. */
  static Uint8 of(ValueRange range) {
    float min = Math.min(range.min(), 0);
    float max = Math.max(range.max(), 0);
    double scale = ((double) max - min) / LARGEST;
    return scale < Float.MIN_NORMAL
        ? new Uint8(1, 0)
        : new Uint8((float) scale, (int) Math.rint(-min / scale));
  }
}
