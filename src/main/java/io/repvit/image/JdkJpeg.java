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
 * Decodes JPEG by the JVM's libjpeg: CMYK and YCCK always, because OpenCV's conversion of them
 * differs from Pillow's, and other JPEGs where OpenCV cannot be loaded. The codec returns stored
 * samples, which are converted to RGB here.
 *
 * <p>Most builds of OpenJDK contain libjpeg 6b. Its samples equal those of Pillow's libjpeg-turbo,
 * except for 4:4:0 subsampling, where it repeats rows of chroma that libjpeg-turbo interpolates
 * (differences of up to 5 in images with hard edges). JVMs that link the system's libjpeg-turbo,
 * such as Debian's, have no difference.
 */
final class JdkJpeg {
  /**
   * Largest size of decoded samples on the heap: 64 MiB, 16 Mi pixels of CMYK. The JVM decodes to
   * the heap; a larger image is decoded once per stripe of rows.
   */
  static final int STRIPE_BYTES = 64 << 20;

  private JdkJpeg() {}

  /** Decodes a JPEG of one or three components. */
  static void decode(ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    JpegHeader.Frame frame = JpegHeader.frame(bytes);
    if (frame.arithmetic() || frame.rowsHalved()) {
      throw refusal(
          Code.UNSUPPORTED_JPEG,
          (frame.arithmetic() ? "arithmetic coding" : "4:4:0 subsampling")
              + " is decoded only with OpenCV, which is not used here",
          "convert the object to a baseline JPEG");
    }
    decode(withoutMetadata(bytes, context), header, frame.colour(), STRIPE_BYTES, rgb);
  }

  static void decodeCmyk(
      ImageHeader header, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    JpegColour colour = JpegColour.cmyk(header.samples());
    decode(withoutMetadata(bytes, context), header, colour, STRIPE_BYTES, rgb);
  }

  private static ByteBuffer withoutMetadata(EncodedBytes bytes, DecoderContext context)
      throws ImageException {
    ByteBuffer copy = context.encoded.atLeast(bytes.length()).limit(bytes.length());
    JpegHeader.copyWithoutMetadata(bytes, copy);
    return copy;
  }

  /**
   * Decodes a JPEG in stripes of rows.
   *
   * @param encoded a JPEG without metadata, from index 0 to the limit
   * @param stripeBytes largest size of the samples of a stripe, which has at least one row
   * @param rgb buffer that receives {@code 3 * width * height} bytes from index 0
   */
  static void decode(
      ByteBuffer encoded, ImageHeader header, JpegColour colour, int stripeBytes, ByteBuffer rgb)
      throws ImageException {
    try (BufferInput input = new BufferInput(encoded)) {
      ImageReader reader = reader("jpeg");
      try {
        reader.setInput(input);
        requireSize(reader.getWidth(0), reader.getHeight(0), header);
        readStripes(reader, header, colour, stripeBytes, rgb);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException | InternalError e) {
      // The reader throws any of these for a damaged file.
      String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw refusal(Code.CORRUPT, why, "replace the object");
    } catch (LinkageError e) {
      throw refusal(
          Code.UNSUPPORTED_JPEG,
          "this JVM's java.desktop module cannot decode it: " + e,
          "convert the object to RGB, use a JVM with java.desktop,");
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

  /** Compares the sizes that the two parsers found, before memory for pixels is allocated. */
  private static void requireSize(int width, int height, ImageHeader header) throws IIOException {
    if (width != header.width() || height != header.height()) {
      throw new IIOException(
          String.format(
              Locale.ROOT,
              "the header declares %dx%d, the codec found %dx%d",
              header.width(),
              header.height(),
              width,
              height));
    }
  }

  /** Returns the JVM's reader of a format; readers from the class path may convert samples. */
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
    return new ImageException(code, "JPEG: " + why + "; " + remedy + " or leave it out");
  }
}
