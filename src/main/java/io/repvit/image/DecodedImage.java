package io.repvit.image;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * One decoded picture: a view of memory that the {@link ImageDecoder} owns, valid until its next
 * {@code decode} or {@code close}.
 *
 * @param format what the bytes were
 * @param width columns of the image after orientation, pixels
 * @param height rows of the image after orientation, pixels
 * @param columns columns that were decoded: {@code width}, or a fraction by {@link JpegScaling}
 * @param rows rows that were decoded
 * @param pixels uint8 {@code [rows, columns, 3]}, RGB, rows without padding; direct, position 0,
 *     limit {@code 3 * columns * rows}; the caller leaves position and limit alone
 */
public record DecodedImage(
    ImageFormat format, int width, int height, int columns, int rows, ByteBuffer pixels) {
  public DecodedImage {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("size is " + width + "x" + height + ", needs 1x1 or more");
    }
    if (!pixels.isDirect() || pixels.remaining() != 3L * columns * rows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%dx%d RGB needs a direct buffer of %d bytes, found %d",
              columns,
              rows,
              3L * columns * rows,
              pixels.remaining()));
    }
  }
}
