package io.repvit.image;

/**
 * The discrete cosine transform of 32 values, {@code y[k] = 2 * sum(x[n] * cos(pi * k * (2n + 1) /
 * 64))}, as {@code scipy.fftpack.dct} computes it (SciPy's pocketfft, type 2).
 *
 * <p>The order of operations is that of pocketfft, a real inverse Fourier transform of radix 2, 4
 * and 4, so that the results are bit-identical. A perceptual hash compares them with their median,
 * and many are equal in images of plain areas: there a difference of one rounding changes bits. Not
 * thread-safe.
 */
final class Dct32 {
  static final int SIZE = 32;

  private static final int HALF = SIZE / 2;
  private static final double ROOT_2 = 1.4142135623730951;

  /** Cosines of {@code 2 pi (i + 1) / 128}. */
  private static final double[] COSINES = cosines();

  private static final UnitCircle CIRCLE = new UnitCircle(SIZE);

  private final double[] work = new double[SIZE];

  private static double[] cosines() {
    UnitCircle circle = new UnitCircle(4 * SIZE);
    double[] cosines = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      cosines[i] = circle.cos(i + 1);
    }
    return cosines;
  }

  /** Transforms 32 values in place. */
  void transform(double[] c) {
    c[0] *= 2;
    c[SIZE - 1] *= 2;
    for (int k = 1; k < SIZE - 1; k += 2) {
      double even = c[k + 1];
      c[k + 1] = even - c[k];
      c[k] = even + c[k];
    }
    radix2(c, work);
    radix4(4, 2, work, c);
    radix4(1, 8, c, work);
    for (int k = 1, mirror = SIZE - 1; k < HALF; k++, mirror--) {
      double a = COSINES[k - 1] * work[mirror] + COSINES[mirror - 1] * work[k];
      double b = COSINES[k - 1] * work[k] - COSINES[mirror - 1] * work[mirror];
      c[k] = 0.5 * (a + b);
      c[mirror] = 0.5 * (a - b);
    }
    c[0] = work[0];
    c[HALF] = work[HALF] * COSINES[HALF - 1];
  }

  /** The first step: 1 block of 2 times 16 values. */
  private static void radix2(double[] in, double[] out) {
    int n = HALF;
    out[0] = in[0] + in[2 * n - 1];
    out[n] = in[0] - in[2 * n - 1];
    out[n - 1] = 2 * in[n - 1];
    out[2 * n - 1] = -2 * in[n];
    for (int i = 2; i < n; i += 2) {
      int j = n - i;
      out[i - 1] = in[i - 1] + in[n + j - 1];
      out[i] = in[i] - in[n + j];
      double real = in[i - 1] - in[n + j - 1];
      double imaginary = in[i] + in[n + j];
      rotate(CIRCLE, i / 2, real, imaginary, out, n + i - 1);
    }
  }

  /**
   * A step of radix 4.
   *
   * @param n values of a part of a block
   * @param blocks number of blocks of 4 parts
   */
  private static void radix4(int n, int blocks, double[] in, double[] out) {
    int part = n * blocks;
    for (int block = 0; block < blocks; block++) {
      int from = 4 * n * block;
      int to = n * block;
      double sum = in[from] + in[from + 4 * n - 1];
      double difference = in[from] - in[from + 4 * n - 1];
      double twice1 = 2 * in[from + 2 * n - 1];
      double twice2 = 2 * in[from + 2 * n];
      out[to] = sum + twice1;
      out[to + 2 * part] = sum - twice1;
      out[to + 3 * part] = difference + twice2;
      out[to + part] = difference - twice2;
      if (n > 1) {
        last(n, in, from, out, to, part);
        for (int i = 2; i < n; i += 2) {
          middle(n, blocks, i, in, from, out, to);
        }
      }
    }
  }

  private static void last(int n, double[] in, int from, double[] out, int to, int part) {
    double i1 = in[from + 3 * n] + in[from + n];
    double i2 = in[from + 3 * n] - in[from + n];
    double r2 = in[from + n - 1] + in[from + 3 * n - 1];
    double r1 = in[from + n - 1] - in[from + 3 * n - 1];
    out[to + n - 1] = r2 + r2;
    out[to + part + n - 1] = ROOT_2 * (r1 - i1);
    out[to + 2 * part + n - 1] = i2 + i2;
    out[to + 3 * part + n - 1] = -ROOT_2 * (r1 + i1);
  }

  private static void middle(
      int n, int blocks, int i, double[] in, int from, double[] out, int to) {
    int part = n * blocks;
    int j = n - i;
    double r2 = in[from + i - 1] + in[from + 3 * n + j - 1];
    double r1 = in[from + i - 1] - in[from + 3 * n + j - 1];
    double i1 = in[from + i] + in[from + 3 * n + j];
    double i2 = in[from + i] - in[from + 3 * n + j];
    double r4 = in[from + 2 * n + i] + in[from + n + j];
    double i3 = in[from + 2 * n + i] - in[from + n + j];
    double r3 = in[from + 2 * n + i - 1] + in[from + n + j - 1];
    double i4 = in[from + 2 * n + i - 1] - in[from + n + j - 1];
    out[to + i - 1] = r2 + r3;
    out[to + i] = i2 + i3;
    // Each part is turned by a multiple of the angle of its place.
    int angle = blocks * i / 2;
    rotate(CIRCLE, angle, r1 - r4, i1 + i4, out, to + part + i - 1);
    rotate(CIRCLE, 2 * angle, r2 - r3, i2 - i3, out, to + 2 * part + i - 1);
    rotate(CIRCLE, 3 * angle, r1 + r4, i1 - i4, out, to + 3 * part + i - 1);
  }

  /** Writes the real and the imaginary part of {@code (real, imaginary) * e^(i * angle)}. */
  private static void rotate(
      UnitCircle circle, int angle, double real, double imaginary, double[] out, int at) {
    double cos = circle.cos(angle);
    double sin = circle.sin(angle);
    out[at + 1] = cos * imaginary + sin * real;
    out[at] = cos * real - sin * imaginary;
  }
}
