package io.repvit.image;

/** The size at which JPEGs are decoded. */
public enum JpegScaling {
  /** Full size. */
  FULL,

  /**
   * A half, a quarter or an eighth of each side, by a smaller inverse DCT of libjpeg, if the short
   * side still has at least twice the pixels that it is resized to. This is the rule of Pillow's
   * {@code thumbnail} with a {@code reducing_gap} of 2. CMYK and YCCK are decoded at full size.
   */
  DCT;

  private static final int GAP = 2;
  private static final int GREATEST = 8;

  /**
   * Returns the divisor of each side: 1, 2, 4 or 8.
   *
   * @param shortSide short side of the image, pixels
   * @param resizeShort length of the short side after resizing, pixels
   */
  int factor(int shortSide, int resizeShort) {
    int factor = 1;
    if (this == DCT) {
      while (factor < GREATEST && shortSide / (2 * factor) >= GAP * resizeShort) {
        factor *= 2;
      }
    }
    return factor;
  }
}
