package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;

/**
 * The weights that turn the samples of one axis into a window of its resized samples: Pillow 12's
 * {@code precompute_coeffs} and {@code normalize_coeffs_8bpc} (src/libImaging/Resample.c), in the
 * same order of operations, so that every weight has the same bits.
 *
 * <p>When the axis keeps its size, which Pillow treats apart, the weights are exactly 0 and 1.
 *
 * @param first per output sample: the first source sample that counts
 * @param taps per output sample: how many source samples count
 * @param mostTaps the largest of {@code taps}
 * @param stride entries of {@code weights} per output sample, a multiple of {@link
 *     Convolution#TAPS}
 * @param weights fixed point with {@link #PRECISION_BITS} bits of fraction; 0 after the last tap
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, compared by nobody
record AxisWeights(int[] first, int[] taps, int mostTaps, int stride, int[] weights) {

  /** 32 bits less 8 of the pixel, less 2 for overshoot and sign. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  /** Half a unit: starts every sum, so that the final shift rounds. */
  static final int ROUNDING = 1 << (PRECISION_BITS - 1);

  private static final double A = -0.5;

  /**
   * @param filter of unit scale, stretched where the axis shrinks
   * @param source samples of the source
   * @param resized samples of the whole resized axis
   * @param start the first resized sample that is wanted
   * @param count how many are wanted
   */
  static AxisWeights of(Interpolation filter, int source, long resized, long start, int count) {
    double scale = (double) source / resized;
    double filterScale = Math.max(scale, 1.0);
    double support = support(filter) * filterScale;
    double inverse = 1.0 / filterScale;
    int[] first = new int[count];
    int[] taps = new int[count];
    int mostTaps = 0;
    for (int i = 0; i < count; i++) {
      double centre = (start + i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      taps[i] = Math.min(source, (int) (centre + support + 0.5)) - first[i];
      mostTaps = Math.max(mostTaps, taps[i]);
    }
    int stride = (mostTaps + Convolution.TAPS - 1) / Convolution.TAPS * Convolution.TAPS;
    int[] weights = new int[Math.multiplyExact(count, stride)];
    double[] exact = new double[mostTaps];
    for (int i = 0; i < count; i++) {
      double centre = (start + i + 0.5) * scale;
      int from = first[i];
      int n = taps[i];
      double sum = 0.0;
      for (int t = 0; t < n; t++) {
        exact[t] = value(filter, (t + from - centre + 0.5) * inverse);
        sum += exact[t];
      }
      for (int t = 0; t < n; t++) {
        double weight = sum == 0.0 ? exact[t] : exact[t] / sum;
        double scaled = weight * (1 << PRECISION_BITS);
        weights[i * stride + t] = (int) (weight < 0 ? scaled - 0.5 : scaled + 0.5);
      }
    }
    return new AxisWeights(first, taps, mostTaps, stride, weights);
  }

  /** Beyond this distance from its centre a filter is 0. */
  private static double support(Interpolation filter) {
    return switch (filter) {
      case BICUBIC -> 2.0;
      case BILINEAR -> 1.0;
    };
  }

  private static double value(Interpolation filter, double signed) {
    double x = Math.abs(signed);
    return switch (filter) {
      case BICUBIC -> bicubic(x);
      case BILINEAR -> x < 1.0 ? 1.0 - x : 0.0;
    };
  }

  /** Keys' cubic convolution kernel with a = -0.5. */
  private static double bicubic(double x) {
    if (x < 1.0) {
      return ((A + 2.0) * x - (A + 3.0)) * x * x + 1;
    }
    if (x < 2.0) {
      return (((x - 5) * x + 8) * x - 4) * A;
    }
    return 0.0;
  }

  int count() {
    return first.length;
  }

  /** The first source sample that any output needs. */
  int begin() {
    return first[0];
  }

  /** One past the last source sample that any output needs. */
  int end() {
    int last = first.length - 1;
    return first[last] + taps[last];
  }
}
