package io.repvit.inference;

import java.util.Locale;

/** Compares two outputs of the same shape. */
public final class RelativeDifference {
  private RelativeDifference() {}

  /**
   * Returns {@code max |a - b| / max |b|}, or 0 if both are equal.
   *
   * @return NaN if a value is NaN
   * @throws IllegalArgumentException if the lengths differ
   */
  public static double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "cannot compare %d values with %d, expected the same number",
              a.length,
              b.length));
    }
    double difference = 0;
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
      largest = Math.max(largest, Math.abs((double) b[i]));
    }
    return difference == 0 ? 0 : difference / largest;
  }
}
