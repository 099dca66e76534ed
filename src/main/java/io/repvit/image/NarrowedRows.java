package io.repvit.image;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;

/**
 * The rows of a picture after resizing along x. They are made in strips of rows: a strip is
 * transposed, so that its columns are lines, resized, and transposed back. One per thread.
 */
final class NarrowedRows implements AutoCloseable {
  /** Makes lines long enough for loops over them, and strips small enough for a core's cache. */
  private static final int STRIP_ROWS = 192;

  private final AxisPass alongX;
  private final DirectBytes columns = new DirectBytes();
  private final DirectBytes resized = new DirectBytes();
  private final DirectBytes rows = new DirectBytes();

  NarrowedRows(Convolution convolution) {
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
        end = Math.min(last, begin + STRIP_ROWS);
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
      try (BytePointer pixels = new BytePointer(image.pixels());
          BytePointer corner = pixels.getPointer(3L * (begin * image.columns() + x.begin()))) {
        OpenCv.transpose(corner, end - begin, width, 3L * image.columns(), columns.pointer());
      }
      alongX.run(
          x,
          length,
          (i, line) -> source.get((i - x.begin()) * length, line, 0, length),
          (i, line) -> target.put(i * length, line, 0, length));
      ByteBuffer narrowed = rows.atLeast(length * x.count());
      OpenCv.transpose(resized.pointer(), x.count(), end - begin, length, rows.pointer());
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
