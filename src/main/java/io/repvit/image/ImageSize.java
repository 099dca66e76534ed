package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;

/**
 * The size and format of an encoded image.
 *
 * @param format image format
 * @param width columns of the upright image, pixels
 * @param height rows of the upright image, pixels
 */
public record ImageSize(ImageFormat format, int width, int height) {

  /**
   * Reads the headers of an image. No pixel is decoded, and no {@link ImageLimits} apply. Of
   * several frames or pages the first counts.
   *
   * @throws ImageException if the format is unknown or unsupported, or the structure is damaged
   */
  public static ImageSize of(byte[] encoded) throws ImageException {
    if (encoded.length == 0) {
      throw new ImageException(Code.EMPTY, "there are 0 bytes, expected an image");
    }
    var bytes = new EncodedBytes(ByteBuffer.wrap(encoded));
    ImageHeader header = ImageSniffer.format(bytes).codec().header(bytes, Animated.FIRST);
    return header.orientation() >= 5
        ? new ImageSize(header.format(), header.height(), header.width())
        : new ImageSize(header.format(), header.width(), header.height());
  }
}
