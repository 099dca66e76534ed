package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;

/**
 * Makes thumbnails of decoded images: whole images, reduced to a largest side with their aspect
 * ratio, by the size rule and the bicubic filter of Pillow's {@code Image.thumbnail}. Smaller
 * images keep their size. Not thread-safe.
 */
public final class Thumbnailer implements AutoCloseable {
  private final int side;
  private final TwoPasses passes = new TwoPasses(PixelEngines.chosen(), Convolution.best());

  /**
   * @param side largest length of a side of a thumbnail, pixels
   */
  public Thumbnailer(int side) {
    if (side < 1 || side > Preprocessing.MAX_SIDE) {
      throw new IllegalArgumentException(
          "side is " + side + ", expected 1 to " + Preprocessing.MAX_SIDE);
    }
    this.side = side;
  }

  /** The thumbnail of an image. */
  public Thumbnail of(DecodedImage image) {
    int columns = image.width();
    int rows = image.height();
    if (Math.max(columns, rows) > side) {
      double aspect = (double) columns / rows;
      columns = aspect >= 1 ? side : shorter(side * aspect, n -> Math.abs(aspect - n / side));
      rows = aspect >= 1 ? shorter(side / aspect, n -> misfit(aspect, n)) : side;
    }
    AxisWeights x = weights(image.columns(), columns);
    AxisWeights y = weights(image.rows(), rows);
    int[] rgb = new int[rows * columns];
    int width = columns;
    passes.run(image, x, y, rows, (i, row) -> unpack(row, width, rgb, i * width));
    return new Thumbnail(rgb, columns, rows);
  }

  private double misfit(double aspect, double height) {
    return height == 0 ? 0 : Math.abs(aspect - side / height);
  }

  private interface Misfit {
    double of(double length);
  }

  /** Rounds a length to the neighbour with the closer aspect ratio, but to at least 1. */
  private static int shorter(double exact, Misfit misfit) {
    double below = Math.floor(exact);
    double above = Math.ceil(exact);
    return (int) Math.max(1, misfit.of(above) < misfit.of(below) ? above : below);
  }

  private static AxisWeights weights(int source, int resized) {
    return AxisWeights.of(Interpolation.BICUBIC, source, resized, 0, resized);
  }

  private static void unpack(byte[] row, int columns, int[] rgb, int at) {
    for (int x = 0; x < columns; x++) {
      rgb[at + x] =
          (row[3 * x] & 0xff) << 16 | (row[3 * x + 1] & 0xff) << 8 | row[3 * x + 2] & 0xff;
    }
  }

  /** Releases the memory. */
  @Override
  public void close() {
    passes.close();
  }
}
