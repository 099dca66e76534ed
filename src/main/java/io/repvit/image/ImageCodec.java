package io.repvit.image;

import java.nio.ByteBuffer;

/** Detects, inspects and decodes images of one {@link ImageFormat}. Stateless. */
interface ImageCodec {

  /** Returns whether the bytes start with the magic bytes of this format. */
  boolean matches(EncodedBytes bytes);

  /** Reads the header without decoding pixels or allocating memory for them. */
  ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException;

  /**
   * Decodes an image whose header is within the limits.
   *
   * @param factor divisor of the sides; 1 for all formats except JPEG
   * @param rgb direct buffer that receives 3 bytes per pixel, from index 0
   */
  void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException;
}
