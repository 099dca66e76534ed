package io.repvit.image;

import java.io.Serializable;

/**
 * Limits on the resources that one image may use. Bytes and pixels are checked against the header,
 * so a decompression bomb is refused before any pixel is decoded.
 *
 * @param maxEncodedBytes largest length of the encoded image, bytes
 * @param maxPixels largest width times height as declared by the header
 * @param maxSeconds largest processor time for decoding, seconds, see {@link TimedDecoder}
 */
public record ImageLimits(long maxEncodedBytes, long maxPixels, int maxSeconds)
    implements Serializable {

  /** 64 MiB: a JPEG of a 60-megapixel camera at full quality has about 40 MB. */
  public static final long DEFAULT_MAX_ENCODED_BYTES = 64L << 20;

  /** 64 million pixels, 192 MB of RGB per task; full-frame cameras have up to 61 million. */
  public static final long DEFAULT_MAX_PIXELS = 64_000_000;

  /** 30 s of processor time; 64 million pixels take about 1 s, as progressive CMYK about 20 s. */
  public static final int DEFAULT_MAX_SECONDS = 30;

  /** The largest Java buffer, 2^31 - 1 bytes, at 8 bytes per pixel (16-bit RGBA). */
  public static final long GREATEST_MAX_PIXELS = Integer.MAX_VALUE / 8;

  /**
   * Largest {@link ImageHeader#work() work} of an image, in samples per pixel of {@link
   * #maxPixels()}. Encoders write 10 scans of three components or 18 scans of four. The JVM's codec
   * processes the latter 2.5 times in an image of 64 million pixels. So regular images need up to
   * 30 and 180 samples per pixel. An image at the limit takes some seconds, or 25 s as CMYK.
   */
  static final long WORK_PER_PIXEL = 256;

  /** The default limits, which suit photographs. */
  public static final ImageLimits DEFAULT =
      new ImageLimits(DEFAULT_MAX_ENCODED_BYTES, DEFAULT_MAX_PIXELS, DEFAULT_MAX_SECONDS);

  public ImageLimits {
    if (maxEncodedBytes < 1 || maxEncodedBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "maxEncodedBytes must be 1 to " + Integer.MAX_VALUE + ", found " + maxEncodedBytes);
    }
    if (maxPixels < 1 || maxPixels > GREATEST_MAX_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels must be 1 to " + GREATEST_MAX_PIXELS + ", found " + maxPixels);
    }
    if (maxSeconds < 1) {
      throw new IllegalArgumentException("maxSeconds must be 1 or more, found " + maxSeconds);
    }
  }

  /** Returns the largest {@link ImageHeader#work() work} of an image, samples. */
  long maxWork() {
    return WORK_PER_PIXEL * maxPixels;
  }
}
