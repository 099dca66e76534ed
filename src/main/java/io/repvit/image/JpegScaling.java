package io.repvit.image;

/** How much of a JPEG's detail is decoded. */
public enum JpegScaling {
  /** All of it. */
  FULL,

  /**
   * A half, a quarter or an eighth of each side, by libjpeg's inverse DCT of fewer coefficients,
   * when the short side still has twice the pixels that it is resized to: the margin of Pillow's
   * {@code thumbnail}, its {@code reducing_gap} of 2. Those of four inks are decoded in full.
   */
  DCT;

  private static final int GAP = 2;
  private static final int GREATEST = 8;

  /**
   * By what each side is divided, rounded up: 1, 2, 4 or 8.
   *
   * @param shortSide of the image, pixels
   * @param resizeShort what the short side is resized to, pixels
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
