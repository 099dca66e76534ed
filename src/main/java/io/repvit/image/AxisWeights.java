package io.repvit.image;

import io.repvit.image.Preprocessing.Interpolation;

/**
 * The weights for resizing one axis. They are computed as in Pillow 12's {@code precompute_coeffs}
 * and {@code normalize_coeffs_8bpc} (src/libImaging/Resample.c), in the same order of operations,
 * so they are bit-identical.
 *
 * <p>If the axis keeps its size, which Pillow handles as a special case, the weights are 0 and 1.
 *
 * @param first first source sample of each output sample
 * @param taps number of source samples of each output sample
 * @param mostTaps largest value of {@code taps}
 * @param stride entries of {@code weights} per output sample, a multiple of {@link
 *     Convolution#TAPS}
 * @param weights fixed point with {@link #PRECISION_BITS} bits of fraction; 0 after the last tap
 */
@SuppressWarnings("ArrayRecordComponent") // arrays for inner loops; instances are not compared
record AxisWeights(int[] first, int[] taps, int mostTaps, int stride, int[] weights) {

  /** 32 bits minus 8 bits of the sample, minus 2 bits for overshoot and sign. */
  static final int PRECISION_BITS = 32 - 8 - 2;

  /** Initial value of each sum: one half, so that the final shift rounds. */
  static final int ROUNDING = 1 << (PRECISION_BITS - 1);

  private static final double A = -0.5;
  private static final double LOBES = 3.0;

  /**
   * Computes the weights of a window of the resized axis.
   *
   * @param filter resampling filter, which is stretched when the axis is reduced
   * @param source samples of the source axis
   * @param resized samples of the whole resized axis
   * @param start first resized sample of the window
   * @param count resized samples of the window
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

  /** Returns the weights of an axis that keeps its size. */
  static AxisWeights same(int size) {
    return of(Interpolation.BILINEAR, size, size, 0, size);
  }

  /** Returns the distance from the centre beyond which a filter is 0. */
  private static double support(Interpolation filter) {
    return switch (filter) {
      case BICUBIC -> 2.0;
      case BILINEAR -> 1.0;
      case LANCZOS -> LOBES;
    };
  }

  private static double value(Interpolation filter, double signed) {
    double x = Math.abs(signed);
    return switch (filter) {
      case BICUBIC -> bicubic(x);
      case BILINEAR -> x < 1.0 ? 1.0 - x : 0.0;
      case LANCZOS -> x < LOBES ? sinc(x) * sinc(x / LOBES) : 0.0;
    };
  }

  private static double sinc(double x) {
    if (x == 0.0) {
      return 1.0;
    }
    double angle = x * Math.PI;
    return StrictMath.sin(angle) / angle;
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

  /** Returns the first source sample that the window needs. */
  int begin() {
    return first[0];
  }

  /** Returns the end (exclusive) of the source samples that the window needs. */
  int end() {
    int last = first.length - 1;
    return first[last] + taps[last];
  }
}
