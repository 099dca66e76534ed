package io.repvit.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.onnx.ValueRange;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValueHistogramTest {
  private static final int MANY = 200_000;

  @Test
  void aRangeLeavesOutAsManyOfTheLeastAndOfTheGreatestAsAsked() {
    float[] values = skewed();
    ValueRange range = of(values).without(1e-3);
    Arrays.sort(values);
    // A bin is 1/4096 of the next power of two above the largest absolute value.
    double bin = Math.scalb(1.0, Math.getExponent(values[MANY - 1]) + 1) / 4096;
    assertEquals(values[MANY / 1000], range.min(), bin);
    assertEquals(values[MANY - 1 - MANY / 1000], range.max(), bin);
  }

  @Test
  void leavingOutNothingGivesTheLeastAndTheGreatest() {
    float[] values = skewed();
    ValueRange range = of(values).without(0);
    Arrays.sort(values);
    assertEquals(new ValueRange(values[0], values[MANY - 1]), range);
  }

  @Test
  void theOrderOfTheValuesDoesNotMatter() {
    float[] values = skewed();
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    assertEquals(of(values).without(5e-5), of(sorted).without(5e-5));
  }

  @Test
  void valuesOfAnySizeFit() {
    assertEquals(new ValueRange(-3e38f, 2e38f), of(2e38f, -3e38f, 0, 1e-45f).without(0));
    assertEquals(new ValueRange(0, 0), of(0, 0, 0).without(0));
    assertEquals(new ValueRange(7, 7), of(7).without(0.1));
  }

  @Test
  void aValueThatIsNotFiniteIsRefused() {
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      var e = assertThrows(IllegalArgumentException.class, () -> of(1, value));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains(Float.toString(value)), message);
    }
  }

  private static ValueHistogram of(float... values) {
    var histogram = new ValueHistogram();
    histogram.add(FloatBuffer.wrap(values));
    return histogram;
  }

  /** As activations behind a GELU: many small ones, a few large ones, a floor. */
  private static float[] skewed() {
    var random = new Random(4);
    float[] values = new float[MANY];
    for (int i = 0; i < MANY; i++) {
      double x = 2 * random.nextGaussian();
      values[i] = (float) (x / (1 + Math.exp(-1.702 * x)));
    }
    return values;
  }
}
