package io.repvit.export;

import io.repvit.onnx.ValueRange;
import java.nio.FloatBuffer;

/**
 * How often which values occur, in a stream of any length and memory that does not grow: when a
 * value is beyond the end, pairs of bins become one and the end is twice as far. The bins are the
 * same whatever the order of the values.
 */
final class ValueHistogram {
  /** On each side of zero; 64 KiB in all. At least half of the greater side's are within range. */
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
        throw new IllegalArgumentException("value " + v + ", expected a finite one");
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
   * The range of all values but a share of the least and as many of the greatest, up to a bin.
   *
   * @param cut share left out at each side, below a half
   * @throws IllegalStateException if there are no values
   */
  ValueRange without(double cut) {
    if (total == 0) {
      throw new IllegalStateException("no values");
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
