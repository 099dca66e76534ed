package io.repvit.analytics;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.PoissonDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * Bootstrap intervals from counts. In a resample each image has a weight, an independent Poisson
 * number with mean 1. The weights of n images sum to a Poisson number with mean n, so a resample of
 * counts needs no images. See Chamandy et al., Estimating Uncertainty for Massive Data Streams,
 * Google, 2012.
 */
final class PoissonBootstrap {
  /** Number of resamples. */
  static final int RESAMPLES = 1000;

  /** Seed of the random numbers. */
  static final long SEED = 15;

  private static final double EPSILON = 1e-12;

  private PoissonBootstrap() {}

  /**
   * The interval of a statistic.
   *
   * @param counts independent counts of images
   * @param statistic its value for resampled counts
   */
  static Interval interval(long[] counts, ToDoubleFunction<long[]> statistic) {
    var values = new double[RESAMPLES];
    resample(counts, (resampled, r) -> values[r] = statistic.applyAsDouble(resampled));
    return Interval.of(values);
  }

  /**
   * Draws all resamples.
   *
   * @param counts independent counts of images
   * @param to receives the counts of a resample, in an array that is used again, and its number
   */
  static void resample(long[] counts, ObjIntConsumer<long[]> to) {
    RandomGenerator random = new Well19937c(SEED);
    PoissonDistribution[] cells =
        Arrays.stream(counts)
            .mapToObj(n -> new PoissonDistribution(random, Math.max(n, EPSILON), EPSILON, 1))
            .toArray(PoissonDistribution[]::new);
    var resampled = new long[counts.length];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < counts.length; i++) {
        resampled[i] = counts[i] == 0 ? 0 : cells[i].sample();
      }
      to.accept(resampled, r);
    }
  }
}
