package io.repvit.export;

import io.repvit.onnx.ValueRange;
import java.nio.FloatBuffer;

/**
 * A histogram of a stream of values in constant memory. If a value is outside of the histogram, its
 * range doubles and each pair of bins is merged. The result does not depend on the order of the
 * values.
 */
final class ValueHistogram {
  /**
   * Number of bins on each side of zero; 64 KiB in total. The values use at least half of the bins
   * on the side with the larger absolute value.
   */
  private static final int HALF = 4096;

  private static final double SMALLEST_END = Math.scalb(1.0, -40);

  private final long[] counts = new long[2 * HALF];
  private double end = SMALLEST_END;
  private float min = Float.POSITIVE_INFINITY;
  private float max = Float.NEGATIVE_INFINITY;
  private long total;

  /**
   * Adds values.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  void add(FloatBuffer values) {
    for (int i = values.position(); i < values.limit(); i++) {
      float v = values.get(i);
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException("value " + v + ", expected finite values");
      }
      while (Math.abs(v) > end) {
        widen();
      }
      min = Math.min(min, v);
      max = Math.max(max, v);
      counts[Math.min(2 * HALF - 1, (int) ((v + end) * (HALF / end)))]++;
    }
    total += values.remaining();
  }

  /** Doubles the range and merges pairs of bins. */
  private void widen() {
    for (int k = 0; k < HALF / 2; k++) {
      counts[HALF + k] = counts[HALF + 2 * k] + counts[HALF + 2 * k + 1];
      counts[HALF - 1 - k] = counts[HALF - 1 - 2 * k] + counts[HALF - 2 - 2 * k];
    }
    for (int k = HALF / 2; k < HALF; k++) {
      counts[HALF + k] = 0;
      counts[HALF - 1 - k] = 0;
    }
    end *= 2;
  }

  /**
   * Returns the range of the values without the given share of the smallest and of the largest
   * ones, with the precision of a bin.
   *
   * @param cut share to clip at each end, below 0.5
   * @throws IllegalStateException if there are no values
   */
  ValueRange without(double cut) {
    if (total == 0) {
      throw new IllegalStateException("the histogram has no values");
    }
    long most = (long) (cut * total);
    int first = 0;
    for (long below = counts[0]; below <= most; below += counts[++first]) {}
    int last = 2 * HALF - 1;
    for (long above = counts[last]; above <= most; above += counts[--last]) {}
    double bin = end / HALF;
    return new ValueRange(
        Math.max(min, (float) ((first - HALF) * bin)),
        Math.min(max, (float) ((last + 1 - HALF) * bin)));
  }
}
