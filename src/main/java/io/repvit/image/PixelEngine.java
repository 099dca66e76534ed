package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * Decodes JPEG, PNG and WebP, and transposes and separates pixels. The implementations are OpenCV
 * and, where OpenCV's native libraries cannot be loaded, the JDK. Both give the same pixels or
 * refuse the image. Stateless.
 */
interface PixelEngine {

  /**
   * Decodes a JPEG of one or three components, a PNG or a WebP.
   *
   * @param header header of the decoded image, with sides divided by {@code factor}
   * @param factor divisor of the sides of a JPEG: 1, 2, 4 or 8
   * @param rgb direct buffer that receives {@code 3 * width * height} bytes from index 0
   */
  void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException;

  /**
   * Turns an image upright.
   *
   * @param orientation EXIF orientation, 2 to 8
   * @param from direct buffer with RGB {@code [height, width, 3]} from index 0
   * @param to direct buffer that receives as many bytes
   */
  void turn(int orientation, ByteBuffer from, int width, int height, ByteBuffer to);

  /**
   * Transposes RGB pixels.
   *
   * @param from direct buffer
   * @param offset index in {@code from} of the upper left pixel of {@code [rows, columns, 3]},
   *     bytes
   * @param rowBytes distance between rows, bytes
   * @param to direct buffer that receives {@code [columns, rows, 3]} without padding
   */
  void transpose(ByteBuffer from, int offset, int rows, int columns, int rowBytes, ByteBuffer to);

  /**
   * Separates the channels of RGB pixels.
   *
   * @param from direct buffer with RGB pixels from index 0
   * @param to direct buffer that receives all red values, then all green, then all blue ones
   */
  void separate(ByteBuffer from, int pixels, ByteBuffer to);
}
