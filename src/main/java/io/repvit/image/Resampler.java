package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Pixels to one image's slot of a model's input: resized, cropped, normalised. One per thread and
 * {@link Preprocessing}.
 *
 * <p>Before normalisation the values are, bit for bit, those of Pillow 12's {@code resize} with the
 * same filter after the size rule of torchvision's {@code Resize} and {@code CenterCrop}, which is
 * timm's evaluation transform. The algorithm is that of Pillow's Resample.c: fixed point weights,
 * along x first, rounding to 8 bits between the axes. Only the crop is computed, and between the
 * axes only as many rows are kept as one output row needs.
 */
public final class Resampler {
  /** Source sizes whose weights are kept: data sets repeat theirs; up to about 0.2 MB each. */
  private static final int KEPT_PLANS = 64;

  private final Preprocessing preprocessing;
  private final Normalisation normalisation;
  private final Convolution convolution;
  private final Map<Size, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final int rowLength;
  private final int rowStride;
  private final int[] outputRow;
  private byte[] upperRow = new byte[0];
  private byte[] lowerRow = new byte[0];
  private int[] ring = new int[0];
  private int[] offsets = new int[0];

  public Resampler(Preprocessing preprocessing) {
    this(preprocessing, Convolution.best());
  }

  Resampler(Preprocessing preprocessing, Convolution convolution) {
    this.preprocessing = preprocessing;
    this.normalisation = new Normalisation(preprocessing);
    this.convolution = convolution;
    this.rowLength = 3 * preprocessing.width();
    this.rowStride = rowLength + Convolution.PADDING;
    this.outputRow = new int[rowStride];
  }

  /**
   * Fills one slot: {@code float32 [3, height, width]}, RGB, normalised.
   *
   * @param slot direct or not, in native order; written from its position, which moves past the
   *     slot, so that a batch is filled by calling this once per image
   */
  public void resize(DecodedImage image, FloatBuffer slot) {
    int values = preprocessing.values();
    if (slot.remaining() < values) {
      throw new IllegalArgumentException(
          "slot has %d values left, %s needs %d"
              .formatted(slot.remaining(), preprocessing, values));
    }
    int at = slot.position();
    int width = preprocessing.width();
    run(image, (y, row) -> normalisation.apply(row, slot, at + y * width));
    slot.position(at + values);
  }

  /** The same before normalisation: uint8 {@code [height, width, 3]}, RGB. */
  byte[] resizeToBytes(DecodedImage image) {
    byte[] pixels = new byte[preprocessing.values()];
    run(
        image,
        (y, row) -> {
          for (int i = 0; i < rowLength; i++) {
            pixels[y * rowLength + i] = (byte) row[i];
          }
        });
    return pixels;
  }

  private void run(DecodedImage image, RowSink sink) {
    Plan plan = plan(image);
    AxisWeights x = plan.x();
    AxisWeights y = plan.y();
    int rowsKept = plan.rowsKept();
    int sourceLength = 3 * (x.end() - x.begin());
    reserve(sourceLength, rowsKept);
    ByteBuffer pixels = image.pixels();
    int next = y.begin();
    for (int i = 0; i < y.count(); i++) {
      int end = y.first()[i] + y.taps()[i];
      for (; next < end; next += 2) {
        // Rows go in pairs; an odd last one is its own neighbour.
        int lower = Math.min(next + 1, y.end() - 1);
        pixels.get(3 * (next * image.columns() + x.begin()), upperRow, 0, sourceLength);
        pixels.get(3 * (lower * image.columns() + x.begin()), lowerRow, 0, sourceLength);
        convolution.horizontal(
            upperRow, lowerRow, x, ring, next % rowsKept * rowStride, lower % rowsKept * rowStride);
      }
      for (int t = 0; t < y.taps()[i]; t++) {
        offsets[t] = (y.first()[i] + t) % rowsKept * rowStride;
      }
      convolution.vertical(
          ring, offsets, y.taps()[i], y.weights(), i * y.stride(), rowLength, outputRow);
      sink.accept(i, outputRow);
    }
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
      plan = new Plan(x, y, y.mostTaps() + 1);
      if (plans.size() >= KEPT_PLANS) {
        plans.remove(plans.keySet().iterator().next());
      }
      plans.put(size, plan);
    }
    return plan;
  }

  private void reserve(int sourceLength, int rowsKept) {
    if (upperRow.length < sourceLength + Convolution.PADDING) {
      upperRow = new byte[sourceLength + Convolution.PADDING];
      lowerRow = new byte[sourceLength + Convolution.PADDING];
    }
    if (ring.length < rowsKept * rowStride) {
      ring = new int[rowsKept * rowStride];
      offsets = new int[rowsKept];
    }
  }

  private record Size(int width, int height, int columns, int rows) {}

  /**
   * @param rowsKept rows between the axes: those that one output row needs at most, and one more,
   *     because they are made in pairs
   */
  private record Plan(AxisWeights x, AxisWeights y, int rowsKept) {}

  @FunctionalInterface
  private interface RowSink {
    /** One output row: {@code 3 * width} values 0 to 255, RGB interleaved. */
    void accept(int y, int[] row);
  }
}
