package io.repvit.image;

/**
 * Resizes an image along both axes, in the order of Pillow: horizontally first, but tall images
 * vertically first, see {@link TallImages}. Not thread-safe.
 */
final class TwoPasses implements AutoCloseable {
  private final NarrowedRows narrowedRows;
  private final TallImages tallImages;
  private final AxisPass alongY;

  TwoPasses(PixelEngine engine, Convolution convolution) {
    narrowedRows = new NarrowedRows(engine, convolution);
    tallImages = new TallImages(convolution);
    alongY = new AxisPass(convolution);
  }

  /**
   * Writes {@code y.count()} rows to the sink, in order, each uint8 {@code [x.count(), 3]}, RGB.
   *
   * @param resizedHeight rows of the whole resized image
   */
  void run(
      DecodedImage image, AxisWeights x, AxisWeights y, long resizedHeight, AxisPass.Sink rows) {
    int rowLength = 3 * x.count();
    if (TallImages.isTall(image, resizedHeight)) {
      AxisWeights same = AxisWeights.same(y.count());
      DecodedImage shortened = tallImages.shorten(image, y);
      alongY.run(same, rowLength, narrowedRows.of(shortened, x, same), rows);
    } else {
      alongY.run(y, rowLength, narrowedRows.of(image, x, y), rows);
    }
  }

  /** Releases the memory. */
  @Override
  public void close() {
    narrowedRows.close();
    tallImages.close();
  }
}
