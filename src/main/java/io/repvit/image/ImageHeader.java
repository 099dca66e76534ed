package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.Locale;

/**
 * The properties of an encoded image, read before any pixel is decoded.
 *
 * @param format image format
 * @param width columns as stored, pixels
 * @param height rows as stored, pixels
 * @param scans number of times that the codec processes all pixels: 1, except for progressive JPEG
 *     and {@link TiffBlocks TIFF}
 * @param samples how samples are converted to 8-bit RGB
 * @param orientation EXIF orientation, 1 to 8; 1 when the image has no valid one
 */
record ImageHeader(
    ImageFormat format, int width, int height, int scans, Samples samples, int orientation) {

  /** How the stored samples are converted to 8-bit RGB. */
  enum Samples {
    /** Opaque 8-bit samples: the codec writes RGB itself. */
    OPAQUE,
    /**
     * 16-bit samples or transparency: the codec writes stored samples, which are flattened here.
     */
    FLATTEN,
    /** Grey PNG with one transparent level, which OpenCV's PNG codec ignores. */
    GREY_WITH_KEY,
    /** CMYK, which is converted to RGB here as in Pillow. */
    CMYK,
    /** CMYK whose cyan, magenta and yellow are stored as YCbCr. */
    YCCK
  }

  ImageHeader {
    if (width < 1 || height < 1 || scans < 1 || orientation < 1 || orientation > 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "size is %dx%d, scans %d, orientation %d",
              width,
              height,
              scans,
              orientation));
    }
  }

  /** Returns whether the image is CMYK or YCCK. */
  boolean isCmyk() {
    return samples == Samples.CMYK || samples == Samples.YCCK;
  }

  /** Returns the cost of decoding: the number of samples times the passes over them. */
  long work() {
    long once = (isCmyk() ? 4L : 3L) * width * height;
    return isCmyk() ? once * scans * (once / JdkJpeg.STRIPE_BYTES + 2) / 2 : once * scans;
  }

  /** Returns the header of the image whose sides are divided by {@code factor}, rounded up. */
  ImageHeader reduced(int factor) {
    return new ImageHeader(
        format,
        (width + factor - 1) / factor,
        (height + factor - 1) / factor,
        scans,
        samples,
        orientation);
  }

  /** Refuses an image with a side of 0. */
  static void requireSize(String where, long width, long height) throws ImageException {
    if (width < 1 || height < 1) {
      throw new ImageException(
          Code.CORRUPT, where + " declares " + width + "x" + height + ", needs 1x1 or more");
    }
  }

  /** Refuses an image of several frames or pages. */
  static ImageException severalFrames(String found) {
    return new ImageException(
        Code.UNSUPPORTED_ANIMATED,
        found + "; extract the wanted frame or page, or set --animated first");
  }
}
