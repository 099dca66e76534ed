package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Resizes, crops and normalises decoded images into a model's input tensor, as {@link
 * Preprocessing} describes. Not thread-safe.
 *
 * <p>Before normalisation the values are bit-identical with Pillow 12's {@code resize}, with the
 * size rules of torchvision's {@code Resize} and {@code CenterCrop}: timm's evaluation transform.
 * The algorithm is that of Pillow's Resample.c: fixed-point weights, horizontal pass first (but see
 * {@link TallImages}), rounding to 8 bits between the passes. Only the crop is computed, and the
 * vertical pass keeps only the rows that one output row needs.
 */
public final class Resampler implements AutoCloseable {
  /** Number of source sizes for which weights are cached, up to about 0.2 MB each. */
  private static final int KEPT_PLANS = 64;

  private final Preprocessing preprocessing;
  private final Normalisation normalisation;
  private final Map<Size, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final TwoPasses passes;
  private final int rowLength;

  public Resampler(Preprocessing preprocessing) {
    this(preprocessing, Convolution.best(), PixelEngines.chosen());
  }

  Resampler(Preprocessing preprocessing, Convolution convolution, PixelEngine engine) {
    this.preprocessing = preprocessing;
    this.normalisation = new Normalisation(preprocessing);
    this.passes = new TwoPasses(engine, convolution);
    this.rowLength = 3 * preprocessing.width();
  }

  /**
   * Writes one image of a batch: {@code float32 [3, height, width]}, RGB, normalised.
   *
   * @param slot buffer in native order; it is written from its position, which is advanced, so that
   *     one call per image fills a batch
   */
  public void resize(DecodedImage image, FloatBuffer slot) {
    int values = preprocessing.values();
    if (slot.remaining() < values) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "slot has %d values remaining, %s needs %d",
              slot.remaining(),
              preprocessing,
              values));
    }
    int at = slot.position();
    int width = preprocessing.width();
    run(image, (y, row) -> normalisation.apply(row, slot, at + y * width));
    slot.position(at + values);
  }

  /** Returns the image before normalisation: uint8 {@code [height, width, 3]}, RGB. */
  byte[] resizeToBytes(DecodedImage image) {
    byte[] pixels = new byte[preprocessing.values()];
    run(image, (y, row) -> System.arraycopy(row, 0, pixels, y * rowLength, rowLength));
    return pixels;
  }

  private void run(DecodedImage image, AxisPass.Sink rows) {
    Plan plan = plan(image);
    passes.run(image, plan.x(), plan.y(), plan.resizedHeight(), rows);
  }

  private Plan plan(DecodedImage image) {
    Size size = new Size(image.width(), image.height(), image.columns(), image.rows());
    Plan plan = plans.get(size);
    if (plan == null) {
      ResizeGeometry geometry = ResizeGeometry.of(size.width(), size.height(), preprocessing);
      Interpolation filter = preprocessing.interpolation();
      AxisWeights x =
          AxisWeights.of(
              filter,
              size.columns(),
              geometry.resizedWidth(),
              geometry.left(),
              preprocessing.width());
      AxisWeights y =
          AxisWeights.of(
              filter,
              size.rows(),
              geometry.resizedHeight(),
              geometry.top(),
              preprocessing.height());
      plan = new Plan(x, y, geometry.resizedHeight());
      if (plans.size() >= KEPT_PLANS) {
        plans.remove(plans.keySet().iterator().next());
      }
      plans.put(size, plan);
    }
    return plan;
  }

  /** Releases the memory. */
  @Override
  public void close() {
    passes.close();
  }

  private record Size(int width, int height, int columns, int rows) {}

  private record Plan(AxisWeights x, AxisWeights y, long resizedHeight) {}
}
