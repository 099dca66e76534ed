package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.SampleRows.Layout;
import java.util.Locale;

/**
 * The first page of a TIFF. Reading it checks that its fields are supported and consistent, and
 * that no tile is larger than {@link #MOST_BLOCK_BYTES}. {@link TiffBlocks} checks the positions of
 * strips and tiles.
 *
 * @param layout meaning of the samples of a pixel
 * @param zeroIsWhite whether a grey sample of 0 is white
 * @param samples samples per pixel, extra samples included
 * @param bits bits per sample
 * @param compression value of the tag Compression
 * @param blockWidth columns of a strip or tile
 * @param blockHeight rows of a strip or tile
 */
record TiffPage(
    int width,
    int height,
    Layout layout,
    boolean zeroIsWhite,
    int samples,
    int bits,
    int compression,
    int blockWidth,
    int blockHeight) {

  static final int WIDTH = 256;
  static final int HEIGHT = 257;
  static final int BITS = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int FILL_ORDER = 266;
  static final int STRIP_OFFSETS = 273;
  static final int SAMPLES = 277;
  static final int ROWS_PER_STRIP = 278;
  static final int STRIP_BYTES = 279;
  static final int PLANAR = 284;
  static final int T4_OPTIONS = 292;
  static final int T6_OPTIONS = 293;
  static final int PREDICTOR = 317;
  static final int COLOURS = 320;
  static final int TILE_WIDTH = 322;
  static final int TILE_HEIGHT = 323;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int EXTRA = 338;
  static final int SAMPLE_FORMAT = 339;
  static final int JPEG_TABLES = 347;
  static final int SUBSAMPLING = 530;
  private static final int DNG_VERSION = 50706;

  static final int PLAIN = 1;
  static final int JPEG = 7;

  /** Largest size of a tile, which is decoded as a whole: 64 MiB of samples. */
  static final long MOST_BLOCK_BYTES = 64L << 20;

  private static final int MOST_SAMPLES = 8;

  static TiffPage read(TiffDirectory d) throws ImageException {
    if (d.has(DNG_VERSION)) {
      throw unsupported("a camera raw file (DNG)");
    }
    long width = d.number(WIDTH, 0);
    long height = d.number(HEIGHT, 0);
    ImageHeader.requireSize("TIFF", width, height);
    if (width > Integer.MAX_VALUE / 64 || height > Integer.MAX_VALUE / 64) {
      throw corrupt("declares %dx%d, which is too large", width, height);
    }
    int photometric = (int) d.number(PHOTOMETRIC, -1);
    int compression = (int) d.number(COMPRESSION, PLAIN);
    int samples = (int) d.number(SAMPLES, 1);
    int bits = (int) d.number(BITS, 1);
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw unsupported(samples + " samples per pixel");
    }
    for (int i = 1; i < samples && i < d.count(BITS); i++) {
      if (d.number(BITS, i, bits) != bits) {
        throw unsupported("samples of different depths");
      }
    }
    Layout layout = layout(d, photometric, compression, samples);
    requireSupported(d, layout, photometric, compression, samples, bits);
    boolean tiled = d.has(TILE_OFFSETS);
    long blockWidth = tiled ? d.number(TILE_WIDTH, 0) : width;
    long blockHeight =
        tiled ? d.number(TILE_HEIGHT, 0) : Math.min(d.number(ROWS_PER_STRIP, height), height);
    ImageHeader.requireSize("TIFF: its blocks", blockWidth, blockHeight);
    if (tiled && (blockWidth > width + 65536 || blockHeight > height + 65536)
        || blockWidth * blockHeight * samples * Math.max(bits, 8) / 8
            > (tiled ? MOST_BLOCK_BYTES : Long.MAX_VALUE)) {
      throw unsupported(String.format(Locale.ROOT, "a tile of %dx%d", blockWidth, blockHeight));
    }
    return new TiffPage(
        (int) width,
        (int) height,
        layout,
        photometric == 0,
        samples,
        bits,
        compression,
        (int) blockWidth,
        (int) blockHeight);
  }

  private static Layout layout(TiffDirectory d, int photometric, int compression, int samples)
      throws ImageException {
    long extra = d.number(EXTRA, 0, -1L);
    boolean alpha = extra == 2 || extra == 999;
    return switch (photometric) {
      case 0, 1 -> samples > 1 && alpha ? Layout.GREY_ALPHA : Layout.GREY;
      case 2 -> {
        if (samples == 3 || extra == 0) {
          yield Layout.RGB;
        }
        yield extra == 1 ? Layout.RGB_ON_BLACK : Layout.RGBA;
      }
      case 3 -> Layout.PALETTE;
      case 5 -> Layout.CMYK;
      case 6 -> {
        if (compression != JPEG) {
          throw unsupported("YCbCr without JPEG compression");
        }
        yield Layout.RGB;
      }
      default -> throw unsupported("photometric interpretation " + photometric);
    };
  }

  private static void requireSupported(
      TiffDirectory d, Layout layout, int photometric, int compression, int samples, int bits)
      throws ImageException {
    boolean shallow = layout == Layout.GREY || layout == Layout.PALETTE;
    boolean depth =
        switch (bits) {
          case 1, 2, 4 -> shallow && samples == 1;
          case 8 -> true;
          case 16 -> layout != Layout.PALETTE;
          default -> false;
        };
    boolean codec =
        switch (compression) {
          case PLAIN, 5, 8, 32946, 32773 -> true;
          case 2, 3, 4 -> bits == 1 && layout == Layout.GREY;
          case JPEG -> bits == 8 && layout != Layout.PALETTE;
          default -> false;
        };
    long predictor = d.number(PREDICTOR, 1);
    if (!depth
        || !codec
        || samples < layout.samples()
        || predictor > 2
        || (predictor == 2 && bits < 8)
        || d.number(SAMPLE_FORMAT, 0, 1L) != 1
        || d.number(PLANAR, 1) > 2) {
      throw unsupported(
          String.format(
              Locale.ROOT,
              "photometric interpretation %d, %d samples of %d bits, sample format %d,"
                  + " compression %d, predictor %d, planar configuration %d",
              photometric,
              samples,
              bits,
              d.number(SAMPLE_FORMAT, 0, 1L),
              compression,
              predictor,
              d.number(PLANAR, 1)));
    }
  }

  /** Returns the bytes of one row of a strip or tile. */
  long blockRowBytes(boolean planar) {
    return ((long) blockWidth * (planar ? 1 : samples) * bits + 7) / 8;
  }

  SampleRows rows(TiffDirectory d) throws ImageException {
    int most = (1 << bits) - 1;
    if (layout == Layout.PALETTE) {
      int[] colours = new int[most + 1];
      for (int i = 0; i <= most; i++) {
        int red = (int) d.number(COLOURS, i, 0L) >> 8;
        int green = (int) d.number(COLOURS, most + 1 + i, 0L) >> 8;
        int blue = (int) d.number(COLOURS, 2 * (most + 1) + i, 0L) >> 8;
        colours[i] = 0xff000000 | red << 16 | green << 8 | blue;
      }
      return SampleRows.indexed(samples, colours);
    }
    byte[] scale = zeroIsWhite ? Samples8.inverted(most) : Samples8.of(most);
    return SampleRows.of(layout, samples, scale);
  }

  static ImageException unsupported(String found) {
    return new ImageException(
        Code.UNSUPPORTED_TIFF,
        "TIFF: " + found + " is not supported; convert the object to PNG or JPEG");
  }

  static ImageException corrupt(String format, Object... arguments) {
    return new ImageException(
        Code.CORRUPT, "TIFF: " + String.format(Locale.ROOT, format, arguments));
  }
}
