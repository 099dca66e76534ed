package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * One encoding: how it is recognised, what its header says, and how it becomes pixels. Without
 * state. {@link ImageFormat} lists them all.
 */
interface ImageCodec {

  /** Whether the bytes begin as this encoding does. */
  boolean matches(EncodedBytes bytes);

  /** Reads what the image says of itself, without decoding and without allocating for pixels. */
  ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException;

  /**
   * Decodes an image whose header is within the limits.
   *
   * @param factor by which the sides are divided; 1 for all but JPEG
   * @param rgb receives 3 bytes per pixel from 0; direct
   */
  void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException;
}
