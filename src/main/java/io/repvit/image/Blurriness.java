package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;

/**
 * CleanVision's measure of sharpness: the standard deviation of the edges of a grey image of at
 * most 64 pixels a side, and the spread of its histogram. Not thread-safe.
 */
final class Blurriness implements AutoCloseable {
  /** Longest side of the image that is measured, pixels. */
  private static final int MOST_SIDE = 64;

  private static final double NORMALISING = 0.01;

  /** A spread of the histogram that scores no more than this does not count. */
  private static final double LEAST_SPREAD = 0.18;

  private final KeptWeights bicubic = new KeptWeights(Interpolation.BICUBIC);
  private final NarrowedRows narrowed;
  private final TallImages tallImages;
  private final AxisPass alongY;
  private final int[] grey = new int[MOST_SIDE * MOST_SIDE];

  Blurriness(PixelEngine engine, Convolution convolution) {
    narrowed = new NarrowedRows(engine, convolution);
    tallImages = new TallImages(convolution);
    alongY = new AxisPass(convolution);
  }

  /** Returns the score, 0 to 1; 1 is sharp. */
  double score(DecodedImage image) {
    int longer = Math.max(MOST_SIDE, Math.max(image.columns(), image.rows()));
    int width = Math.max(1, (int) ((long) MOST_SIDE * image.columns() / longer));
    int height = Math.max(1, (int) ((long) MOST_SIDE * image.rows() / longer));
    AxisWeights x = bicubic.of(image.columns(), width);
    AxisWeights y = bicubic.of(image.rows(), height);
    DecodedImage source = image;
    if (TallImages.isTall(image, height)) {
      source = tallImages.shorten(image, y);
      y = AxisWeights.same(height);
    }
    alongY.run(y, 3 * width, narrowed.of(source, x, y), (i, rgb) -> toGrey(rgb, i * width, width));
    double edges = 1 - Math.exp(-NORMALISING * edges(width, height));
    double spread = 1 - Math.exp(-NORMALISING * spread(width * height));
    return Math.min(1, edges + (spread <= LEAST_SPREAD ? 0 : spread));
  }

  private void toGrey(byte[] rgb, int at, int width) {
    for (int x = 0; x < width; x++) {
      grey[at + x] = Channels.grey(rgb[3 * x] & 0xff, rgb[3 * x + 1] & 0xff, rgb[3 * x + 2] & 0xff);
    }
  }

  /**
   * Returns the standard deviation of Pillow's FIND_EDGES, which keeps the pixels of the border.
   */
  private double edges(int width, int height) {
    long sum = 0;
    long squares = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        boolean border = x == 0 || y == 0 || x == width - 1 || y == height - 1;
        int edge = border ? grey[at] : Math.max(0, Math.min(255, laplacian(at, width)));
        sum += edge;
        squares += (long) edge * edge;
      }
    }
    double n = (double) width * height;
    return Math.sqrt((squares - (double) sum * sum / n) / n);
  }

  private int laplacian(int at, int width) {
    int around = 0;
    for (int row = at - width; row <= at + width; row += width) {
      around += grey[row - 1] + grey[row] + grey[row + 1];
    }
    return 9 * grey[at] - around;
  }

  /** Returns the standard deviation of the 256 counts of the histogram. */
  private double spread(int pixels) {
    int[] counts = new int[256];
    for (int i = 0; i < pixels; i++) {
      counts[grey[i]]++;
    }
    double mean = pixels / 256.0;
    double squares = 0;
    for (int n : counts) {
      squares += (n - mean) * (n - mean);
    }
    return Math.sqrt(squares / 256);
  }

  @Override
  public void close() {
    narrowed.close();
    tallImages.close();
  }
}
