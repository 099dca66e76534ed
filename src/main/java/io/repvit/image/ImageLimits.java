package io.repvit.image;

import java.io.Serializable;

/**
 * What one image may ask for. Bytes and pixels are checked before anything is decoded, so that a
 * small file which declares a huge picture costs a header read.
 *
 * @param maxEncodedBytes length of the encoded image, bytes
 * @param maxPixels width times height as declared by the image's header
 * @param maxSeconds of processor time for decoding it, see {@link TimedDecoder}
 */
public record ImageLimits(long maxEncodedBytes, long maxPixels, int maxSeconds)
    implements Serializable {

  /** 64 MiB: a 60 megapixel camera's JPEG at full quality has about 40 MB. */
  public static final long DEFAULT_MAX_ENCODED_BYTES = 64L << 20;

  /** 192 MB as RGB in each task; full-frame cameras end at about 61 million. */
  public static final long DEFAULT_MAX_PIXELS = 64_000_000;

  /** 30 s of processor time; 64 million pixels take 1 s, and 20 s as progressive CMYK. */
  public static final int DEFAULT_MAX_SECONDS = 30;

  /** 2^31 - 1 bytes, the length of a Java buffer, at 8 bytes a pixel (16-bit RGBA). */
  public static final long GREATEST_MAX_PIXELS = Integer.MAX_VALUE / 8;

  /**
   * Samples that a codec may go over, for each of {@link #maxPixels()}. Encoders write ten scans of
   * three components, and eighteen of four, which the JVM's codec goes over two and a half times in
   * pictures of 64 million pixels: 30 and 180 samples a pixel. So the limit refuses none of these;
   * what it lets pass takes some seconds, or 25 s as CMYK.
   */
  static final long WORK_PER_PIXEL = 256;

  /** The defaults, for people's photographs. */
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

  /** Samples that decoding one image may go over. */
  long maxWork() {
    return WORK_PER_PIXEL * maxPixels;
  }
}
