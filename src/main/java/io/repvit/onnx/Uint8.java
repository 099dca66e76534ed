package io.repvit.onnx;

/**
 * The quantisation of a value to uint8: {@code real = scale * (q - zero)}. The number 0 is exact.
 *
 * @param scale difference between adjacent values, positive
 * @param zero the zero point, 0 to 255
 */
record Uint8(float scale, int zero) {
  private static final int LARGEST = 255;

  /** Returns the quantisation that covers a range and 0. If the range is only 0, the scale is 1. */
  static Uint8 of(ValueRange range) {
    float min = Math.min(range.min(), 0);
    float max = Math.max(range.max(), 0);
    double scale = ((double) max - min) / LARGEST;
    return scale < Float.MIN_NORMAL
        ? new Uint8(1, 0)
        : new Uint8((float) scale, (int) Math.rint(-min / scale));
  }
}
