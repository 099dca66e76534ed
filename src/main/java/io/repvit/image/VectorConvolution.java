package io.repvit.image;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same sums on the Vector API. Loaded only where the module is present; one per thread.
 *
 * <p>Bytes widen by B2I and a mask: ZERO_EXTEND_B2I throws on JDK 17. The shape of these methods is
 * what HotSpot of JDK 17 compiles without making objects of vectors: constant species, the whole
 * pass in one method of moderate size. The benchmark's heap column tells at once when it is lost.
 */
final class VectorConvolution implements Convolution {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;

  /** A pixel's three channels and one lane to spare. */
  private static final VectorSpecies<Integer> PIXEL = IntVector.SPECIES_128;

  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_256;

  /** Up to this many taps a vector per tap wins; beyond, 8 taps in 3 full vectors do. */
  private static final int FEW_TAPS = 10;

  private final int[] sums = new int[3 * ColumnWeights.GROUP];

  /**
   * Whether its vectors are the machine's. On narrower ones (128 bits: NEON, x86 before AVX2) the
   * JVM makes an object of each.
   */
  static boolean fitsMachine() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize() >= LANES.vectorBitSize();
  }

  @Override
  public void horizontal(byte[] row, ColumnWeights x, int[] out, int at) {
    AxisWeights axis = x.axis();
    int begin = axis.begin();
    if (axis.stride() <= FEW_TAPS) {
      fewTaps(row, axis, begin, out, at);
      return;
    }
    manyTaps(row, x, begin, sums, out, at);
  }

  private static void fewTaps(byte[] row, AxisWeights x, int begin, int[] out, int at) {
    int[] first = x.first();
    int[] taps = x.taps();
    int[] weights = x.weights();
    int stride = x.stride();
    for (int i = 0; i < first.length; i++) {
      IntVector sum = IntVector.broadcast(PIXEL, AxisWeights.ROUNDING);
      int from = 3 * (first[i] - begin);
      int k = i * stride;
      for (int end = k + taps[i]; k < end; k++, from += 3) {
        sum = sum.add(four(row, from).mul(weights[k]));
      }
      // The spare lane falls on the next pixel's red, which is written after it.
      clip8(sum).intoArray(out, at + 3 * i);
    }
  }

  /** Lane {@code i} of the 24 sums belongs to channel {@code i % 3}. */
  private static void manyTaps(
      byte[] row, ColumnWeights x, int begin, int[] sums, int[] out, int at) {
    int[] first = x.axis().first();
    int[] taps = x.axis().taps();
    int[] weights = x.perChannel();
    int stride = x.stride();
    for (int i = 0; i < first.length; i++) {
      IntVector a = IntVector.zero(LANES);
      IntVector b = IntVector.zero(LANES);
      IntVector c = IntVector.zero(LANES);
      int from = 3 * (first[i] - begin);
      int k = i * stride;
      for (int end = k + 3 * taps[i]; k < end; k += 24, from += 24) {
        a = a.add(eight(row, from).mul(IntVector.fromArray(LANES, weights, k)));
        b = b.add(eight(row, from + 8).mul(IntVector.fromArray(LANES, weights, k + 8)));
        c = c.add(eight(row, from + 16).mul(IntVector.fromArray(LANES, weights, k + 16)));
      }
      a.intoArray(sums, 0);
      b.intoArray(sums, 8);
      c.intoArray(sums, 16);
      int to = at + 3 * i;
      out[to] = PlainConvolution.clip8(fold(sums, 0));
      out[to + 1] = PlainConvolution.clip8(fold(sums, 1));
      out[to + 2] = PlainConvolution.clip8(fold(sums, 2));
    }
  }

  private static int fold(int[] s, int c) {
    return AxisWeights.ROUNDING
        + (s[c] + s[c + 3] + s[c + 6] + s[c + 9])
        + (s[c + 12] + s[c + 15] + s[c + 18] + s[c + 21]);
  }

  @Override
  public void vertical(
      int[] rows, int[] offsets, int taps, int[] weights, int weightsAt, int length, int[] out) {
    Arrays.fill(out, 0, length, AxisWeights.ROUNDING);
    for (int t = 0; t < taps; t += 4) {
      // Beyond the last tap: any row, times zero.
      int last = taps - 1;
      int o1 = offsets[Math.min(t + 1, last)];
      int o2 = offsets[Math.min(t + 2, last)];
      int o3 = offsets[Math.min(t + 3, last)];
      int w1 = t + 1 <= last ? weights[weightsAt + t + 1] : 0;
      int w2 = t + 2 <= last ? weights[weightsAt + t + 2] : 0;
      int w3 = t + 3 <= last ? weights[weightsAt + t + 3] : 0;
      addFour(rows, offsets[t], o1, o2, o3, weights[weightsAt + t], w1, w2, w3, length, out);
    }
    // HotSpot makes vectors of this plain loop by itself, and objects of its explicit form.
    PlainConvolution.clip8(out, length);
  }

  private static void addFour(
      int[] rows,
      int o0,
      int o1,
      int o2,
      int o3,
      int w0,
      int w1,
      int w2,
      int w3,
      int length,
      int[] out) {
    IntVector v0 = IntVector.broadcast(LANES, w0);
    IntVector v1 = IntVector.broadcast(LANES, w1);
    IntVector v2 = IntVector.broadcast(LANES, w2);
    IntVector v3 = IntVector.broadcast(LANES, w3);
    for (int i = 0; i < length; i += 8) {
      IntVector.fromArray(LANES, out, i)
          .add(IntVector.fromArray(LANES, rows, o0 + i).mul(v0))
          .add(IntVector.fromArray(LANES, rows, o1 + i).mul(v1))
          .add(IntVector.fromArray(LANES, rows, o2 + i).mul(v2))
          .add(IntVector.fromArray(LANES, rows, o3 + i).mul(v3))
          .intoArray(out, i);
    }
  }

  private static IntVector eight(byte[] row, int at) {
    return ((IntVector)
            ByteVector.fromArray(BYTES, row, at).convertShape(VectorOperators.B2I, LANES, 0))
        .and(0xff);
  }

  private static IntVector four(byte[] row, int at) {
    return ((IntVector)
            ByteVector.fromArray(BYTES, row, at).convertShape(VectorOperators.B2I, PIXEL, 0))
        .and(0xff);
  }

  private static IntVector clip8(IntVector sum) {
    return sum.lanewise(VectorOperators.ASHR, AxisWeights.PRECISION_BITS).max(0).min(255);
  }
}
