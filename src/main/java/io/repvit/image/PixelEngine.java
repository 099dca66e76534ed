package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * Who decodes JPEG, PNG and WebP and turns pixels: OpenCV, or the JVM where OpenCV's native
 * libraries cannot be loaded. Both give the same pixels, or refuse the image. Without state.
 */
interface PixelEngine {

  /**
   * Decodes a JPEG of one or three components, a PNG or a WebP.
   *
   * @param header of the picture as decoded: reduced by {@code factor}
   * @param factor by which the sides of a JPEG are divided: 1, 2, 4 or 8
   * @param rgb receives {@code 3 * width * height} bytes from 0; direct
   */
  void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException;

  /**
   * Undoes an EXIF orientation.
   *
   * @param orientation 2 to 8
   * @param from RGB of {@code [height, width, 3]} from 0; direct
   * @param to receives as many bytes; direct
   */
  void turn(int orientation, ByteBuffer from, int width, int height, ByteBuffer to);

  /**
   * Rows to columns, of RGB.
   *
   * @param from direct
   * @param offset of the upper left pixel of {@code [rows, columns, 3]} in {@code from}, bytes
   * @param rowBytes from one row to the next
   * @param to receives {@code [columns, rows, 3]} without gaps; direct
   */
  void transpose(ByteBuffer from, int offset, int rows, int columns, int rowBytes, ByteBuffer to);
}
