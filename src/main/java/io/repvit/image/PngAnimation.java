package io.repvit.image;

import io.repvit.image.ImageException.Code;

/**
 * How many frames a PNG has, counted as Pillow does: by the acTL and fcTL chunks before the pixels
 * (W3C PNG, third edition, section 11.3.8).
 */
final class PngAnimation {
  private static final int CONTROL_LENGTH = 8;
  private static final int FRAME_LENGTH = 26;

  /** More frames than this, or none: the chunk does not count. */
  private static final long MOST_FRAMES = 1L << 31;

  private final long width;
  private final long height;
  private long declared;
  private boolean startsWithDefault = true;

  /**
   * @param width of the whole picture, pixels
   * @param height of the whole picture, pixels
   */
  PngAnimation(long width, long height) {
    this.width = width;
    this.height = height;
  }

  /** An acTL chunk before the pixels; a second one revokes the first. */
  void control(EncodedBytes chunk) throws ImageException {
    requireLength("acTL", chunk, CONTROL_LENGTH);
    long frames = chunk.u32(0);
    if (declared > 0) {
      declared = 0;
    } else if (frames <= MOST_FRAMES) {
      declared = frames;
    }
  }

  /** An fcTL chunk before the pixels, which makes them the first frame. */
  void firstFrame(EncodedBytes chunk) throws ImageException {
    requireLength("fcTL", chunk, FRAME_LENGTH);
    if (chunk.u32(4) != width
        || chunk.u32(8) != height
        || chunk.u32(12) != 0
        || chunk.u32(16) != 0) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: the first frame has another size or place than the picture; open it elsewhere, or"
              + " leave it out");
    }
    startsWithDefault = false;
  }

  /** A default picture that is no frame counts as one. */
  boolean severalFrames() {
    return declared > 1 || (declared == 1 && startsWithDefault);
  }

  private static void requireLength(String type, EncodedBytes chunk, int length)
      throws ImageException {
    if (chunk.length() < length) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: chunk "
              + type
              + " has "
              + chunk.length()
              + " bytes, needs "
              + length
              + "; fetch the object again");
    }
  }
}
