package io.repvit.analytics.evaluation;

import java.util.SplittableRandom;
import org.apache.commons.math3.special.Gamma;

/**
 * Random numbers of a Poisson distribution, in a time that does not grow with the mean. Small means
 * multiply uniform numbers (Knuth). Others use the transformed rejection PTRS of Hörmann, The
 * transformed rejection method for generating Poisson random variables, 1993, as NumPy does.
 * Commons Math takes a time that grows with the mean.
 */
final class PoissonNumbers {
  private static final double SMALL = 10;

  private final double mean;
  private final double limit;
  private final double logMean;
  private final double a;
  private final double b;
  private final double logInverseAlpha;
  private final double quick;

  PoissonNumbers(double mean) {
    this.mean = mean;
    limit = Math.exp(-mean);
    logMean = Math.log(mean);
    b = 0.931 + 2.53 * Math.sqrt(mean);
    a = -0.059 + 0.02483 * b;
    logInverseAlpha = Math.log(1.1239 + 1.1328 / (b - 3.4));
    quick = 0.9277 - 3.6224 / (b - 2);
  }

  long next(SplittableRandom random) {
    return mean < SMALL ? multiplied(random) : rejected(random);
  }

  private long multiplied(SplittableRandom random) {
    long k = 0;
    for (double p = random.nextDouble(); p > limit; p *= random.nextDouble()) {
      k++;
    }
    return k;
  }

  private long rejected(SplittableRandom random) {
    while (true) {
      double u = random.nextDouble() - 0.5;
      double v = random.nextDouble();
      double us = 0.5 - Math.abs(u);
      double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
      if (us >= 0.07 && v <= quick) {
        return (long) k;
      }
      if (k >= 0
          && (us >= 0.013 || v <= us)
          && Math.log(v) + logInverseAlpha - Math.log(a / (us * us) + b)
              <= -mean + k * logMean - Gamma.logGamma(k + 1)) {
        return (long) k;
      }
    }
  }
}
