package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Computes {@link ImageHashes}. Not thread-safe; memory is reused from image to image. */
final class HashMeter implements AutoCloseable {
  /** Rows per strip, see {@link NarrowedRows}. */
  private static final int STRIP_ROWS = 192;

  /** Largest number of pixels of a strip of more than one row: 4 million. */
  private static final int STRIP_PIXELS = 4 << 20;

  private static final int[] WIDTHS = {HashBits.PHASH_SIDE, HashBits.DHASH_COLUMNS};
  private static final int[] HEIGHTS = {HashBits.PHASH_SIDE, HashBits.DHASH_ROWS};

  private final PixelEngine engine;
  private final KeptWeights lanczos = new KeptWeights(Interpolation.LANCZOS);
  private final Channels channels;
  private final AxisPass alongX;
  private final AxisPass alongY;
  private final HashBits bits = new HashBits();
  private final TallImages tallImages;
  private final DirectBytes transposed = new DirectBytes();
  private byte[] strip = new byte[0];
  private int filled;

  HashMeter(PixelEngine engine, Convolution convolution) {
    this.engine = engine;
    channels = new Channels(engine, convolution);
    alongX = new AxisPass(convolution);
    tallImages = new TallImages(convolution);
    alongY = new AxisPass(convolution);
  }

  ImageHashes measure(DecodedImage image) {
    byte[][] small = new byte[WIDTHS.length][];
    if (TallImages.isTall(image, HEIGHTS[0])) {
      for (int i = 0; i < small.length; i++) {
        AxisWeights y = lanczos.of(image.rows(), HEIGHTS[i]);
        DecodedImage shortened =
            tallImages.shorten(image, y, (row, line) -> greyRow(image, row, line));
        small[i] = resize(shortened)[i];
      }
    } else {
      small = resize(image);
    }
    return new ImageHashes(bits.phash(small[0]), HashBits.dhash(small[1]));
  }

  /** Returns the grey values for each hash. */
  private byte[][] resize(DecodedImage image) {
    int columns = image.columns();
    int rows = image.rows();
    byte[][] narrowed = new byte[WIDTHS.length][];
    AxisWeights[] x = new AxisWeights[WIDTHS.length];
    for (int i = 0; i < WIDTHS.length; i++) {
      narrowed[i] = new byte[rows * WIDTHS[i]];
      x[i] = lanczos.of(columns, WIDTHS[i]);
    }
    int step = Math.max(1, Math.min(STRIP_ROWS, STRIP_PIXELS / columns));
    for (int begin = 0; begin < rows; begin += step) {
      int count = Math.min(step, rows - begin);
      load(image, begin, count);
      for (int i = 0; i < WIDTHS.length; i++) {
        narrow(x[i], count, narrowed[i], begin);
      }
    }
    for (int i = 0; i < WIDTHS.length; i++) {
      narrowed[i] = shorten(rows, narrowed[i], WIDTHS[i], HEIGHTS[i]);
    }
    return narrowed;
  }

  /** Fills a line with the grey values of a row, as RGB. */
  private void greyRow(DecodedImage image, int index, byte[] line) {
    int columns = image.columns();
    filled = 0;
    channels.each(
        image.pixels().slice(3 * index * columns, 3 * columns),
        columns,
        (piece, n) -> {
          byte[] grey = piece.grey(n);
          for (int i = 0; i < n; i++) {
            Arrays.fill(line, filled, filled + 3, grey[i]);
            filled += 3;
          }
        });
  }

  /** Fills the strip with the grey values of rows, column by column. */
  private void load(DecodedImage image, int begin, int count) {
    int columns = image.columns();
    ByteBuffer rgb = transposed.atLeast(3 * columns * count);
    int corner = 3 * begin * columns;
    engine.transpose(image.pixels(), corner, count, columns, 3 * columns, rgb);
    if (strip.length < columns * count) {
      strip = new byte[columns * count];
    }
    filled = 0;
    channels.each(
        rgb,
        columns * count,
        (piece, n) -> {
          System.arraycopy(piece.grey(n), 0, strip, filled, n);
          filled += n;
        });
  }

  private void narrow(AxisWeights x, int count, byte[] narrowed, int begin) {
    int width = x.count();
    alongX.run(
        x,
        count,
        (i, line) -> System.arraycopy(strip, i * count, line, 0, count),
        (i, line) -> {
          for (int row = 0; row < count; row++) {
            narrowed[(begin + row) * width + i] = line[row];
          }
        });
  }

  private byte[] shorten(int rows, byte[] narrowed, int width, int height) {
    byte[] small = new byte[width * height];
    alongY.run(
        lanczos.of(rows, height),
        width,
        (i, line) -> System.arraycopy(narrowed, i * width, line, 0, width),
        (i, line) -> System.arraycopy(line, 0, small, i * width, width));
    return small;
  }

  @Override
  public void close() {
    channels.close();
    tallImages.close();
    transposed.release();
  }
}
