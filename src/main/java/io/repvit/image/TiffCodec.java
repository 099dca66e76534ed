package io.repvit.image;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.awt.Rectangle;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;

/**
 * TIFF. The first page is decoded: fields are read and checked here, TwelveMonkeys decompresses
 * strips and tiles, and the stored samples are converted to RGB here.
 */
final class TiffCodec implements ImageCodec {
  private static final int[] TAGS = {
    TiffPage.WIDTH,
    TiffPage.HEIGHT,
    TiffPage.BITS,
    TiffPage.COMPRESSION,
    TiffPage.PHOTOMETRIC,
    TiffPage.FILL_ORDER,
    TiffPage.STRIP_OFFSETS,
    TiffPage.SAMPLES,
    TiffPage.ROWS_PER_STRIP,
    TiffPage.STRIP_BYTES,
    TiffPage.PLANAR,
    TiffPage.T4_OPTIONS,
    TiffPage.T6_OPTIONS,
    TiffPage.PREDICTOR,
    TiffPage.COLOURS,
    TiffPage.TILE_WIDTH,
    TiffPage.TILE_HEIGHT,
    TiffPage.TILE_OFFSETS,
    TiffPage.TILE_BYTES,
    TiffPage.EXTRA,
    TiffPage.JPEG_TABLES,
    TiffPage.SUBSAMPLING
  };

  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, "II*\0")
        || bytes.startsWith(0, "MM\0*")
        || bytes.startsWith(0, "II+\0")
        || bytes.startsWith(0, "MM\0+");
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    var directory = new TiffDirectory(bytes);
    TiffPage page = TiffPage.read(directory);
    if (animated == Animated.REFUSE && !directory.lastPage()) {
      throw ImageHeader.severalFrames("TIFF: several pages");
    }
    int scans = TiffBlocks.scans(page, directory, bytes);
    int orientation = ExifOrientation.effective(ExifOrientation.ofExif(bytes), 0);
    return new ImageHeader(
        ImageFormat.TIFF, page.width(), page.height(), scans, Samples.OPAQUE, orientation);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    var directory = new TiffDirectory(bytes);
    TiffPage page = TiffPage.read(directory);
    SampleRows rows = page.rows(directory);
    try (BufferInput input = new BufferInput(reduced(bytes, directory, context))) {
      ImageReader reader = new TIFFImageReaderSpi().createReaderInstance();
      try {
        reader.setInput(input);
        readStripes(reader, page, rows, rgb);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // The reader throws any of these for a damaged file.
      String why = Objects.requireNonNullElse(e.getMessage(), e.toString());
      throw new ImageException(
          Code.CORRUPT, "TIFF: " + why + "; replace the object or leave it out");
    }
  }

  /** Copies the file with a new directory of checked fields, without metadata and other pages. */
  private static ByteBuffer reduced(
      EncodedBytes bytes, TiffDirectory directory, DecoderContext context) throws ImageException {
    byte[] fields = directory.copyOf(TAGS);
    int at = bytes.length() + bytes.length() % 2;
    ByteBuffer copy = context.encoded.atLeast(at + fields.length);
    copy.put(0, bytes.buffer(), 0, bytes.length()).put(at, fields);
    copy.order(directory.little() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN).putInt(4, at);
    return copy.limit(at + fields.length);
  }

  private static void readStripes(
      ImageReader reader, TiffPage page, SampleRows rows, ByteBuffer rgb) throws IOException {
    int width = page.width();
    int height = page.height();
    int[] row = new int[page.samples() * width];
    int stripe = stripeRows(page);
    for (int top = 0; top < height; top += stripe) {
      ImageReadParam region = reader.getDefaultReadParam();
      region.setSourceRegion(new Rectangle(0, top, width, Math.min(stripe, height - top)));
      Raster raster = reader.readRaster(0, region);
      if (raster.getNumBands() != page.samples() || raster.getWidth() != width) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "found %d samples in %d columns, expected %d in %d",
                raster.getNumBands(),
                raster.getWidth(),
                page.samples(),
                width));
      }
      for (int y = 0; y < raster.getHeight(); y++) {
        raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
        rows.put(row, width, rgb, 3 * width * (top + y));
      }
    }
  }

  /** Returns the rows to decode at a time: whole strips or rows of tiles, if the heap allows. */
  static int stripeRows(TiffPage page) {
    long rowBytes =
        Math.max(1, (long) page.width() * page.samples() * Math.max(page.bits(), 8) / 8);
    long rows = Math.max(1, JdkJpeg.STRIPE_BYTES / rowBytes);
    if (rows > page.blockHeight()) {
      rows -= rows % page.blockHeight();
    }
    return (int) Math.min(rows, page.height());
  }
}
