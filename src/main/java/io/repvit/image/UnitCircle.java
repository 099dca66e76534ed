package io.repvit.image;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Cosines and sines of multiples of {@code 2 pi / n}, with the roundings of pocketfft: the point of
 * a multiple is the product of one of few fine and one of few coarse angles, each rounded
 * correctly.
 */
final class UnitCircle {
  private static final MathContext DIGITS = new MathContext(60);

  /** Terms of the series of angles up to a quarter of pi, for 60 digits. */
  private static final int TERMS = 24;

  private final int n;
  private final double[] cos;
  private final double[] sin;

  /** Computes the multiples 0 to {@code n / 2}. */
  UnitCircle(int n) {
    this.n = n;
    int count = n / 2 + 1;
    int shift = 1;
    while ((1 << 2 * shift) < count) {
      shift++;
    }
    int fine = 1 << shift;
    cos = new double[count];
    sin = new double[count];
    for (int i = 0; i < count; i++) {
      double[] a = point(i % fine);
      double[] b = point(i / fine * fine);
      cos[i] = a[0] * b[0] - a[1] * b[1];
      sin[i] = a[0] * b[1] + a[1] * b[0];
    }
  }

  double cos(int multiple) {
    return cos[multiple];
  }

  double sin(int multiple) {
    return sin[multiple];
  }

  /** Returns cosine and sine of a multiple; the angle is reduced to half a quadrant first. */
  private double[] point(int multiple) {
    int eighths = 8 * multiple;
    if (eighths < n) {
      return new double[] {series(eighths, 0), series(eighths, 1)};
    }
    if (eighths < 2 * n) {
      return new double[] {series(2 * n - eighths, 1), series(2 * n - eighths, 0)};
    }
    int past = eighths - 2 * n;
    return past < n
        ? new double[] {-series(past, 1), series(past, 0)}
        : new double[] {-series(2 * n - past, 0), series(2 * n - past, 1)};
  }

  /**
   * Returns a cosine or sine, rounded correctly. {@code StrictMath} differs from it in the last bit
   * of one of these angles.
   *
   * @param eighths the angle, in eighths of a multiple; it is rounded to a double
   * @param power first power of the series: 0 for the cosine, 1 for the sine
   */
  private double series(int eighths, int power) {
    var angle = new BigDecimal(eighths * (0.25 * Math.PI / n));
    BigDecimal term = power == 0 ? BigDecimal.ONE : angle;
    BigDecimal sum = term;
    BigDecimal square = angle.multiply(angle);
    for (int k = power + 2; k < 2 * TERMS; k += 2) {
      var divisor = BigDecimal.valueOf((long) k * (k - 1));
      term = term.multiply(square, DIGITS).divide(divisor, DIGITS).negate();
      sum = sum.add(term, DIGITS);
    }
    return sum.doubleValue();
  }
}
