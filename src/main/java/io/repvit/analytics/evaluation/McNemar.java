package io.repvit.analytics.evaluation;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.special.Erf;

/**
 * McNemar's test: whether two models that classified the same images are equally accurate.
 *
 * @param test {@code exact} or {@code chi-squared}
 * @param statistic for {@code exact} the smaller of the two counts; for {@code chi-squared} {@code
 *     (|b - c| - 1)^2 / (b + c)}
 * @param pValue probability of such a difference if the models are equally accurate
 */
public record McNemar(String test, double statistic, double pValue) {
  /** With fewer discordant images the distribution is computed exactly. */
  static final long EXACT_BELOW = 25;

  /**
   * Tests.
   *
   * @param b images that only the first model classifies rightly
   * @param c images that only the second model classifies rightly
   */
  static McNemar of(long b, long c) {
    long n = b + c;
    if (n < EXACT_BELOW) {
      long fewer = Math.min(b, c);
      double below = new BinomialDistribution((int) n, 0.5).cumulativeProbability((int) fewer);
      return new McNemar("exact", fewer, Math.min(1, 2 * below));
    }
    double corrected = Math.abs(b - c) - 1.0;
    double statistic = corrected * corrected / n;
    // The upper tail of chi-squared with one degree of freedom, accurate also where it is tiny.
    return new McNemar("chi-squared", statistic, Erf.erfc(Math.sqrt(statistic / 2)));
  }
}
