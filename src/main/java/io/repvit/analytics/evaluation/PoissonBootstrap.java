package io.repvit.analytics.evaluation;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ObjIntConsumer;
import java.util.function.ToDoubleFunction;

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
    var random = new SplittableRandom(SEED);
    PoissonNumbers[] cells =
        Arrays.stream(counts).mapToObj(PoissonNumbers::new).toArray(PoissonNumbers[]::new);
    var resampled = new long[counts.length];
    for (int r = 0; r < RESAMPLES; r++) {
      for (int i = 0; i < counts.length; i++) {
        resampled[i] = counts[i] == 0 ? 0 : cells[i].next(random);
      }
      to.accept(resampled, r);
    }
  }
}
