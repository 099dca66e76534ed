package io.repvit.image;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * A decoded image. Its memory belongs to the {@link ImageDecoder} and is valid until the next
 * {@code decode} or {@code close}.
 *
 * @param format image format
 * @param width columns of the image after orientation, pixels
 * @param height rows of the image after orientation, pixels
 * @param columns decoded columns: {@code width}, or a fraction of it with {@link JpegScaling}
 * @param rows decoded rows: {@code height}, or a fraction of it
 * @param pixels uint8 {@code [rows, columns, 3]}, RGB, rows without padding, in a direct buffer
 *     with position 0 and limit {@code 3 * columns * rows}, which callers must not change
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
