package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * JPEG to RGB by the JVM's libjpeg: CMYK and YCCK always, which OpenCV converts too coarsely to be
 * Pillow's, and the others where OpenCV cannot be loaded. It gives samples as stored; of them RGB
 * is made here.
 *
 * <p>That is version 6b in most builds of OpenJDK, whose samples are those of Pillow's
 * libjpeg-turbo but for 4:4:0 (colour halved in height only), where it repeats rows that turbo
 * interpolates (up to 5 apart in samples made for hard edges). JVMs that link the system's
 * libjpeg-turbo, as Debian's, are exact there too.
 */
final class JdkJpeg {
  /**
   * 16 Mi pixels. The JVM decodes to the heap, which is sized for rows of a table, not for
   * pictures; a larger one is decoded once per stripe.
   */
  static final int STRIPE_BYTES = 64 << 20;

  private JdkJpeg() {}

  /** Of one or three components. */
  static void decode(ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    JpegHeader.Frame frame = JpegHeader.frame(bytes);
    if (frame.arithmetic() || frame.rowsHalved()) {
      throw refusal(
          Code.UNSUPPORTED_JPEG,
          (frame.arithmetic() ? "arithmetic coding" : "4:4:0 subsampling")
              + ", which the JVM's decoder may not read as Pillow does; OpenCV is not used here",
          "convert it to a baseline JPEG");
    }
    decode(withoutMetadata(bytes, context), header, frame.colour(), STRIPE_BYTES, rgb);
  }

  static void decodeInks(
      ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    JpegColour colour = JpegColour.inks(header.samples());
    decode(withoutMetadata(bytes, context), header, colour, STRIPE_BYTES, rgb);
  }

  private static ByteBuffer withoutMetadata(EncodedBytes bytes, DecoderContext context)
      throws ImageException {
    ByteBuffer copy = context.encoded.atLeast(bytes.length()).limit(bytes.length());
    JpegHeader.copyWithoutMetadata(bytes, copy);
    return copy;
  }

  /**
   * @param encoded a JPEG without metadata, from 0 to the limit
   * @param stripeBytes samples that may be held on the heap at a time, but at least one row
   * @param rgb receives {@code 3 * width * height} bytes from 0
   */
  static void decode(
      ByteBuffer encoded, ImageHeader header, JpegColour colour, int stripeBytes, ByteBuffer rgb)
      throws ImageException {
    try (BufferInput input = new BufferInput(encoded)) {
      ImageReader reader = reader();
      try {
        reader.setInput(input);
        requireSize(reader.getWidth(0), reader.getHeight(0), header);
        readStripes(reader, header, colour, stripeBytes, rgb);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException | InternalError e) {
      // The reader meets damage with any of them.
      String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw refusal(Code.CORRUPT, why, "open it elsewhere");
    } catch (LinkageError e) {
      throw refusal(
          Code.UNSUPPORTED_JPEG,
          "which this JVM's java.desktop cannot decode: " + e,
          "convert it to RGB, use a complete JVM");
    }
  }

  private static void readStripes(
      ImageReader reader, ImageHeader header, JpegColour colour, int stripeBytes, ByteBuffer rgb)
      throws IOException {
    int width = header.width();
    int height = header.height();
    int stripe = Math.max(1, stripeBytes / (colour.samples() * width));
    byte[] row = new byte[colour.samples() * width];
    byte[] line = new byte[3 * width];
    for (int top = 0; top < height; top += stripe) {
      ImageReadParam region = reader.getDefaultReadParam();
      region.setSourceRegion(new Rectangle(0, top, width, Math.min(stripe, height - top)));
      Raster raster = reader.readRaster(0, region);
      for (int y = 0; y < raster.getHeight(); y++) {
        raster.getDataElements(0, y, width, 1, row);
        colour.toRgb(row, width, line, rgb, 3 * width * (top + y));
      }
    }
  }

  /** Before pixels are allocated, should the two parsers ever differ. */
  private static void requireSize(int width, int height, ImageHeader header) throws IIOException {
    if (width != header.width() || height != header.height()) {
      throw new IIOException(
          String.format(
              Locale.ROOT,
              "the header says %dx%d, the codec %dx%d",
              header.width(),
              header.height(),
              width,
              height));
    }
  }

  /** The JVM's own; a plug-in on the class path may convert samples or know no rasters. */
  private static ImageReader reader() {
    return reader("jpeg");
  }

  /** The JVM's own reader of a format. */
  static ImageReader reader(String format) {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
      reader.dispose();
    }
    throw new NoClassDefFoundError("no reader of " + format + " in java.desktop");
  }

  private static ImageException refusal(Code code, String why, String remedy) {
    return new ImageException(code, "JPEG: " + why + "; " + remedy + ", or leave it out");
  }
}
