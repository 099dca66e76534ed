package io.repvit.image;

import io.repvit.image.ImageException.Code;

/**
 * Counts the frames of a PNG as Pillow does: by the acTL and fcTL chunks before the first IDAT (W3C
 * PNG, third edition, section 11.3.8).
 */
final class PngAnimation {
  private static final int CONTROL_LENGTH = 8;
  private static final int FRAME_LENGTH = 26;

  /** Largest number of frames of a valid acTL chunk. */
  private static final long MOST_FRAMES = 1L << 31;

  private final long width;
  private final long height;
  private long declared;
  private boolean startsWithDefault = true;

  /**
   * Creates a counter without frames.
   *
   * @param width width of the canvas, pixels
   * @param height height of the canvas, pixels
   */
  PngAnimation(long width, long height) {
    this.width = width;
    this.height = height;
  }

  /** Reads an acTL chunk before the first IDAT; a second acTL chunk invalidates the first. */
  void control(EncodedBytes chunk) throws ImageException {
    requireLength("acTL", chunk, CONTROL_LENGTH);
    long frames = chunk.u32(0);
    if (declared > 0) {
      declared = 0;
    } else if (frames <= MOST_FRAMES) {
      declared = frames;
    }
  }

  /** Reads an fcTL chunk before the first IDAT, which makes the default image the first frame. */
  void firstFrame(EncodedBytes chunk) throws ImageException {
    requireLength("fcTL", chunk, FRAME_LENGTH);
    if (chunk.u32(4) != width
        || chunk.u32(8) != height
        || chunk.u32(12) != 0
        || chunk.u32(16) != 0) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: the size or position of the first frame differs from that of the canvas; replace the"
              + " object or leave it out");
    }
    startsWithDefault = false;
  }

  /** Returns whether there are several frames; a default image that is no frame counts as one. */
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
              + "; upload the object again");
    }
  }
}
