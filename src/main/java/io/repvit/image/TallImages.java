package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * Resizes tall and narrow images vertically first, as Pillow's {@code resize} does with images of
 * more than 100 times as many rows as columns; the order of the passes changes the rounding. Not
 * thread-safe.
 */
final class TallImages implements AutoCloseable {
  private static final int ASPECT = 100;

  private final AxisPass alongY;
  private final DirectBytes shortened = new DirectBytes();

  TallImages(Convolution convolution) {
    alongY = new AxisPass(convolution);
  }

  /**
   * Returns whether the vertical pass comes first.
   *
   * @param height rows of the whole resized image
   */
  static boolean isTall(DecodedImage image, long height) {
    return image.rows() > (long) ASPECT * image.columns() && height < image.rows();
  }

  /** Returns the image with {@code y.count()} rows; it is valid until the next call. */
  DecodedImage shorten(DecodedImage image, AxisWeights y) {
    int length = 3 * image.columns();
    return shorten(image, y, (i, row) -> image.pixels().get(i * length, row, 0, length));
  }

  /**
   * Returns an image of the same size as {@code image}, with {@code y.count()} rows.
   *
   * @param rows its rows, uint8 RGB
   */
  DecodedImage shorten(DecodedImage image, AxisWeights y, AxisPass.Source rows) {
    int length = 3 * image.columns();
    ByteBuffer pixels = shortened.atLeast(y.count() * length).slice(0, y.count() * length);
    alongY.run(y, length, rows, (i, row) -> pixels.put(i * length, row, 0, length));
    return new DecodedImage(
        image.format(), image.width(), image.height(), image.columns(), y.count(), pixels);
  }

  @Override
  public void close() {
    shortened.release();
  }
}
