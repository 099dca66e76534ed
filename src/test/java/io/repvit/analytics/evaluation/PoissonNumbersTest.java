package io.repvit.analytics.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.PoissonDistribution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoissonNumbersTest {
  private static final int DRAWS = 200_000;

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 1, 9.9, 10, 37, 400, 50_000})
  void numbersHaveTheDistribution(double mean) {
    var numbers = new PoissonNumbers(mean);
    var random = new SplittableRandom(1);
    double deviation = Math.sqrt(mean);
    // Cells of half a standard deviation, from -4 to 4.
    var found = new double[16];
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      long k = numbers.next(random);
      sum += k;
      found[cell((k - mean) / deviation)]++;
    }
    assertEquals(mean, sum / DRAWS, 5 * deviation / Math.sqrt(DRAWS));
    var expected = new double[16];
    var exact = new PoissonDistribution(mean);
    for (long k = Math.max(0, Math.round(mean - 7 * deviation - 1));
        k <= mean + 12 * deviation + 12;
        k++) {
      expected[cell((k - mean) / deviation)] += DRAWS * exact.probability((int) k);
    }
    double chiSquared = 0;
    for (int i = 0; i < 16; i++) {
      chiSquared += Math.pow(found[i] - expected[i], 2) / Math.max(expected[i], 1);
    }
    // With 15 degrees of freedom, more than 60 has a probability of 2e-7.
    assertTrue(chiSquared < 60, "chi-squared is " + chiSquared);
  }

  private static int cell(double deviations) {
    return (int) Math.max(0, Math.min(15, Math.floor(2 * deviations + 8)));
  }
}
