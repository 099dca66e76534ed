package io.repvit.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import io.repvit.image.SampleRows.Layout;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import javax.imageio.ImageReader;

/** Decodes WebP by libwebp, as bundled with webp-imageio for older versions of glibc. */
final class JdkWebp {
  /** Largest number of pixels; the image is decoded to the heap at four bytes per pixel. */
  private static final int MOST_PIXELS = JdkJpeg.STRIPE_BYTES / 4;

  private JdkWebp() {}

  static void decode(ImageHeader header, EncodedBytes bytes, ByteBuffer rgb) throws ImageException {
    int width = header.width();
    int height = header.height();
    if ((long) width * height > MOST_PIXELS) {
      throw new ImageException(
          Code.TOO_MANY_PIXELS,
          String.format(
              Locale.ROOT,
              "WebP of %dx%d: without OpenCV at most %d pixels are decoded; convert the object to JPEG or PNG",
              width,
              height,
              MOST_PIXELS));
    }
    ByteBuffer whole = bytes.buffer().duplicate().position(0).limit(bytes.length());
    try (BufferInput input = new BufferInput(whole)) {
      ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
      reader.setInput(input);
      BufferedImage image = reader.read(0);
      reader.dispose();
      if (image.getWidth() != width || image.getHeight() != height) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "the header declares %dx%d, the codec found %dx%d",
                width,
                height,
                image.getWidth(),
                image.getHeight()));
      }
      put(image.getRaster(), header, rgb);
    } catch (IOException | RuntimeException e) {
      String why = ImageException.reason(e);
      throw new ImageException(
          Code.CORRUPT, "WebP: " + why + "; replace the object or leave it out");
    } catch (OutOfMemoryError e) {
      // webp-imageio throws it without a message for a libwebp status that damage causes too.
      if (e.getMessage() != null) {
        throw e;
      }
      throw new ImageException(
          Code.CORRUPT,
          "WebP: Decode returned code OutOfMemory; replace the object or leave it out");
    } catch (LinkageError e) {
      throw new ImageException(
          Code.UNSUPPORTED_WEBP,
          "WebP: neither OpenCV nor libwebp can be loaded (" + e + "); convert the object to JPEG");
    }
  }

  private static void put(Raster raster, ImageHeader header, ByteBuffer rgb) {
    int bands = raster.getNumBands();
    boolean alpha = bands == 4 && header.samples() == Samples.FLATTEN;
    SampleRows rows = SampleRows.of(alpha ? Layout.RGBA : Layout.RGB, bands, Samples8.of(255));
    int[] row = new int[bands * header.width()];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getPixels(0, y, header.width(), 1, row);
      rows.put(row, header.width(), rgb, 3 * header.width() * y);
    }
  }
}
