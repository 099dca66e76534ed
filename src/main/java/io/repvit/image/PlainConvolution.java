package io.repvit.image;

import java.util.Arrays;

/** Plain loops, which HotSpot vectorises. */
final class PlainConvolution implements Convolution {
  private int[] sums = new int[0];

  @Override
  public void widen(byte[] line, int length, int[] out, int at) {
    for (int i = 0; i < length; i++) {
      out[at + i] = line[i] & 0xff;
    }
  }

  @Override
  public void combine(
      int[] lines, int[] offsets, int[] weights, int weightsAt, int taps, int length, byte[] out) {
    if (sums.length < length) {
      sums = new int[length];
    }
    Arrays.fill(sums, 0, length, AxisWeights.ROUNDING);
    for (int t = 0; t < taps; t += 2) {
      int w = weightsAt + t;
      addTwo(lines, offsets[t], weights[w], offsets[t + 1], weights[w + 1], length, sums);
    }
    for (int i = 0; i < length; i++) {
      out[i] = (byte) Math.max(0, Math.min(255, sums[i] >> AxisWeights.PRECISION_BITS));
    }
  }

  private static void addTwo(int[] lines, int o0, int w0, int o1, int w1, int length, int[] sums) {
    for (int i = 0; i < length; i++) {
      sums[i] += lines[o0 + i] * w0 + lines[o1 + i] * w1;
    }
  }
}
