package io.repvit.image;

import java.util.Arrays;

/** Loops that any JVM runs; the vertical one is in a form that HotSpot turns into vectors. */
final class PlainConvolution implements Convolution {

  @Override
  public void horizontal(
      byte[] upper, byte[] lower, AxisWeights x, int[] out, int upperAt, int lowerAt) {
    horizontal(upper, x, out, upperAt);
    horizontal(lower, x, out, lowerAt);
  }

  private static void horizontal(byte[] row, AxisWeights x, int[] out, int at) {
    int[] first = x.first();
    int[] taps = x.taps();
    int[] weights = x.weights();
    int begin = x.begin();
    int to = at;
    for (int i = 0; i < first.length; i++) {
      int red = AxisWeights.ROUNDING;
      int green = AxisWeights.ROUNDING;
      int blue = AxisWeights.ROUNDING;
      int from = 3 * (first[i] - begin);
      int k = i * x.stride();
      for (int end = k + taps[i]; k < end; k++, from += 3) {
        int weight = weights[k];
        red += (row[from] & 0xff) * weight;
        green += (row[from + 1] & 0xff) * weight;
        blue += (row[from + 2] & 0xff) * weight;
      }
      out[to] = clip8(red);
      out[to + 1] = clip8(green);
      out[to + 2] = clip8(blue);
      to += 3;
    }
  }

  @Override
  public void vertical(
      int[] rows, int[] offsets, int taps, int[] weights, int weightsAt, int length, int[] out) {
    Arrays.fill(out, 0, length, AxisWeights.ROUNDING);
    for (int t = 0; t < taps; t++) {
      int weight = weights[weightsAt + t];
      int from = offsets[t];
      for (int i = 0; i < length; i++) {
        out[i] += rows[from + i] * weight;
      }
    }
    clip8(out, length);
  }

  static void clip8(int[] sums, int length) {
    for (int i = 0; i < length; i++) {
      sums[i] = clip8(sums[i]);
    }
  }

  static int clip8(int sum) {
    return Math.max(0, Math.min(255, sum >> AxisWeights.PRECISION_BITS));
  }
}
