package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * The rows of a picture after resizing along x. They are made in strips of rows: a strip is
 * transposed, so that its columns are lines, resized, and transposed back. One per thread.
 */
final class NarrowedRows implements AutoCloseable {
  /** Makes lines long enough for loops over them, and strips small enough for a core's cache. */
  private static final int STRIP_ROWS = 192;

  /** 16 MiB: of very wide pictures strips have fewer rows. */
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
   * Rows {@code y.begin()} to {@code y.end()} of a picture, each uint8 {@code [x.count(), 3]}, RGB.
   * Good until the next call.
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
