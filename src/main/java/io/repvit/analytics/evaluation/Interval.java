package io.repvit.analytics.evaluation;

import java.util.Arrays;
import java.util.Locale;

/** The range in which a statistic lies with a probability of {@link #LEVEL}. */
public record Interval(double low, double high) {
  /** Probability between the ends of an interval. */
  static final double LEVEL = 0.95;

  /**
   * The quantiles of resampled values, interpolated linearly. Values that are not a number are left
   * out.
   */
  static Interval of(double[] values) {
    double[] sorted = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    return new Interval(quantile(sorted, (1 - LEVEL) / 2), quantile(sorted, (1 + LEVEL) / 2));
  }

  private static double quantile(double[] sorted, double q) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  String text() {
    return String.format(Locale.ROOT, "%.4f to %.4f", low, high);
  }
}
