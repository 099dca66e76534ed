package io.repvit.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** How far a network's outputs are from the ones that PyTorch computed in float64. */
public final class Closeness {

  /** Of the largest value: float32 sums are taken in another order. */
  public static final double TOLERANCE = 1e-5;

  private static final double SOMETHING = 0.1;

  private Closeness() {}

  /** Requires {@link #difference} to be at most {@link #TOLERANCE}. */
  public static void assertClose(float[] expected, float[] actual) {
    assertEquals(0, difference(expected, actual), TOLERANCE);
  }

  /**
   * {@code max |expected - actual| / max |expected|}.
   *
   * @return NaN if an actual value is not a number
   * @throws AssertionError if lengths differ, or if what is expected is all but nothing
   */
  public static double difference(float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
    }
    assertTrue(largest > SOMETHING, "the outputs are nothing, so the test shows nothing");
    return difference / largest;
  }
}
