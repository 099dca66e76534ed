package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * One decoded picture: a view of memory that the {@link ImageDecoder} owns, valid until its next
 * {@code decode} or {@code close}.
 *
 * @param format what the bytes were
 * @param width columns after orientation, pixels
 * @param height rows after orientation, pixels
 * @param pixels uint8 {@code [height, width, 3]}, RGB, rows without padding; direct, position 0,
 *     limit {@code 3 * width * height}; the caller leaves position and limit alone
 */
public record DecodedImage(ImageFormat format, int width, int height, ByteBuffer pixels) {
  public DecodedImage {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException("size is " + width + "x" + height + ", needs 1x1 or more");
    }
    if (!pixels.isDirect() || pixels.remaining() != 3L * width * height) {
      throw new IllegalArgumentException(
          "%dx%d RGB needs a direct buffer of %d bytes, found %d"
              .formatted(width, height, 3L * width * height, pixels.remaining()));
    }
  }
}
