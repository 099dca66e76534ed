package io.repvit.image;

/** Computes {@link ImageQuality}. Not thread-safe; memory is reused from image to image. */
final class QualityMeter implements AutoCloseable {
  private static final double DARK = 0.99;
  private static final double LIGHT = 0.05;

  /** Share of the bits of entropy in the score. */
  private static final double NORMALISING = 0.1;

  private final Channels channels;
  private final Blurriness blurriness;
  private final Histograms histograms = new Histograms();
  private final Brightness brightness = new Brightness(DARK, LIGHT);
  private boolean grey;

  QualityMeter(PixelEngine engine, Convolution convolution) {
    channels = new Channels(engine, convolution);
    blurriness = new Blurriness(engine, convolution);
  }

  ImageQuality measure(DecodedImage image) {
    int pixels = image.columns() * image.rows();
    histograms.clear();
    brightness.clear();
    channels.each(
        image.pixels(),
        pixels,
        (piece, count) -> {
          for (int c = 0; c < 3; c++) {
            histograms.add(c, piece.bytes(c), count);
          }
          brightness.count(piece, count);
        });
    grey = histograms.equal();
    brightness.seek();
    channels.each(
        image.pixels(),
        pixels,
        (piece, count) -> {
          brightness.refine(piece, count);
          grey = grey && piece.areEqual(count);
        });
    double width = image.width();
    double height = image.height();
    return new ImageQuality(
        brightness.quantile(0),
        1 - brightness.quantile(1),
        blurriness.score(image),
        Math.min(1, NORMALISING * histograms.entropy(grey ? 1 : 3)),
        Math.min(width / height, height / width),
        grey ? 0 : 1);
  }

  @Override
  public void close() {
    channels.close();
    blurriness.close();
  }
}
