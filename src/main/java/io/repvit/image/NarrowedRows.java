package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * Resizes an image horizontally in strips of rows. A strip is transposed, so that its columns
 * become contiguous lines, resized, and transposed back. Not thread-safe.
 */
final class NarrowedRows implements AutoCloseable {
  /** Rows per strip: enough for vectorised loops, few enough for the cache of a core. */
  private static final int STRIP_ROWS = 192;

  /** Largest size of a strip, 16 MiB; strips of very wide images have fewer rows. */
  private static final int STRIP_BYTES = 16 << 20;

  private final PixelEngine engine;
  private final AxisPass alongX;
  private final DirectBytes columns = new DirectBytes();
  private final DirectBytes resized = new DirectBytes();
  private final DirectBytes rows = new DirectBytes();

  NarrowedRows(PixelEngine engine, Convolution convolution) {
    this.engine = engine;
    alongX = new AxisPass(convolution);
  }

  /**
   * Returns a source of the resized rows {@code y.begin()} to {@code y.end()}, each uint8 {@code
   * [x.count(), 3]}, RGB. It is valid until the next call.
   */
  AxisPass.Source of(DecodedImage image, AxisWeights x, AxisWeights y) {
    return new Strips(image, x, y);
  }

  private final class Strips implements AxisPass.Source {
    private final DecodedImage image;
    private final AxisWeights x;
    private final int last;
    private int begin;
    private int end;
    private ByteBuffer strip = ByteBuffer.allocate(0);

    Strips(DecodedImage image, AxisWeights x, AxisWeights y) {
      this.image = image;
      this.x = x;
      end = y.begin();
      last = y.end();
    }

    @Override
    public void read(int index, byte[] line) {
      if (index == end) {
        begin = end;
        int most = Math.max(1, STRIP_BYTES / (3 * (x.end() - x.begin())));
        end = Math.min(last, begin + Math.min(STRIP_ROWS, most));
        strip = narrow();
      }
      int length = 3 * x.count();
      strip.get((index - begin) * length, line, 0, length);
    }

    private ByteBuffer narrow() {
      int length = 3 * (end - begin);
      int width = x.end() - x.begin();
      ByteBuffer source = columns.atLeast(length * width);
      ByteBuffer target = resized.atLeast(length * x.count());
      int corner = 3 * (begin * image.columns() + x.begin());
      engine.transpose(image.pixels(), corner, end - begin, width, 3 * image.columns(), source);
      alongX.run(
          x,
          length,
          (i, line) -> source.get((i - x.begin()) * length, line, 0, length),
          (i, line) -> target.put(i * length, line, 0, length));
      ByteBuffer narrowed = rows.atLeast(length * x.count());
      engine.transpose(target, 0, x.count(), end - begin, length, narrowed);
      return narrowed;
    }
  }

  @Override
  public void close() {
    columns.release();
    resized.release();
    rows.release();
  }
}
