package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.Locale;

/**
 * What an encoded image says of itself, read before any pixel.
 *
 * @param format the encoding
 * @param width columns as stored, pixels
 * @param height rows as stored, pixels
 * @param scans how often the codec goes over all pixels: once, but for progressive JPEG and {@link
 *     TiffBlocks TIFF}
 * @param samples which way the pixels must go to become 8-bit RGB
 * @param orientation EXIF orientation, 1 to 8; 1 when the image names none that is valid
 */
record ImageHeader(
    ImageFormat format, int width, int height, int scans, Samples samples, int orientation) {

  enum Samples {
    /** Opaque 8-bit samples: the codec writes RGB itself. */
    OPAQUE,
    /** 16-bit, or transparent in any way: taken as stored and flattened here. */
    FLATTEN,
    /** Grey with one transparent level, which the PNG codec does not honour by itself. */
    GREY_WITH_KEY,
    /** Four inks, of which no codec here makes Pillow's RGB. */
    CMYK,
    /** The same, the first three as luminance and two colour differences. */
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

  /** Four of them, no RGB. */
  boolean inks() {
    return samples == Samples.CMYK || samples == Samples.YCCK;
  }

  /** Samples that the codec goes over, each as often as it does so: what decoding costs. */
  long work() {
    long once = (inks() ? 4L : 3L) * width * height;
    return inks() ? once * scans * (once / JdkJpeg.STRIPE_BYTES + 2) / 2 : once * scans;
  }

  /** The header of the picture of which {@code factor} columns and rows become one. */
  ImageHeader reduced(int factor) {
    return new ImageHeader(
        format,
        (width + factor - 1) / factor,
        (height + factor - 1) / factor,
        scans,
        samples,
        orientation);
  }

  /** Refuses a picture without pixels, for the format parsers. */
  static void requireSize(String where, long width, long height) throws ImageException {
    if (width < 1 || height < 1) {
      throw new ImageException(
          Code.CORRUPT, where + " declares " + width + "x" + height + ", needs 1x1 or more");
    }
  }

  /** Refuses an image with several pictures, because none of them stands for the whole. */
  static ImageException severalFrames(String found) {
    return new ImageException(
        Code.UNSUPPORTED_ANIMATED,
        found + "; extract the picture that counts, or take the first with --animated first");
  }
}
