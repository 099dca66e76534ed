package io.repvit.inference;

import java.util.Locale;

/** How far two outputs of the same meaning are apart. */
public final class RelativeDifference {
  private RelativeDifference() {}

  /**
   * {@code max |a - b| / max |b|}, 0 where both are equal.
   *
   * @return NaN if a value is not a number
   * @throws IllegalArgumentException if they are not of one length
   */
  public static double of(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%d values cannot be compared with %d", a.length, b.length));
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
