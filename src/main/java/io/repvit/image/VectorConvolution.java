package io.repvit.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
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
  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_256;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Up to this many taps a vector per tap of two rows wins; beyond, 8 taps in 3 vectors do. */
  private static final int FEW_TAPS = 10;

  private final int[] sums = new int[3 * ColumnWeights.GROUP];
  private byte[] pairs = new byte[0];
  private int[] wide = new int[0];
  private byte[] resized = new byte[0];
  private byte[] resizedRow = new byte[0];

  /**
   * Whether its vectors are the machine's. On narrower ones (128 bits: NEON, x86 before AVX2) the
   * JVM makes an object of each.
   */
  static boolean fitsMachine() {
    return IntVector.SPECIES_PREFERRED.vectorBitSize() >= LANES.vectorBitSize();
  }

  @Override
  public void horizontal(
      byte[] upper, byte[] lower, ColumnWeights x, int[] out, int upperAt, int lowerAt) {
    AxisWeights axis = x.axis();
    if (x.mostTaps() > FEW_TAPS) {
      for (int row = 0; row < 2; row++) {
        manyTaps(
            row == 0 ? upper : lower, x, axis.begin(), sums, out, row == 0 ? upperAt : lowerAt);
      }
      return;
    }
    int columns = axis.end() - axis.begin();
    int length = 3 * axis.count();
    reserve(8 * (columns + FEW_TAPS), axis.count());
    pair(upper, lower, columns, pairs);
    fewTaps(pairs, 8 * columns, wide, axis, axis.begin(), x.mostTaps(), resized);
    part(resized, axis.count(), 0, resizedRow);
    widen(resizedRow, length, out, upperAt);
    part(resized, axis.count(), Integer.SIZE, resizedRow);
    widen(resizedRow, length, out, lowerAt);
  }

  private void reserve(int source, int columns) {
    if (pairs.length < source) {
      pairs = new byte[source];
      wide = new int[source];
    }
    if (resized.length < 8 * columns) {
      resized = new byte[8 * columns];
      resizedRow = new byte[3 * columns + PADDING];
    }
  }

  /** Eight bytes per column: red, green, blue of the upper row and one to spare, then the lower. */
  private static void pair(byte[] upper, byte[] lower, int columns, byte[] pairs) {
    for (int i = 0; i < columns; i++) {
      long low = (int) INT.get(upper, 3 * i) & 0xffffffffL;
      LONG.set(pairs, 8 * i, low | (long) (int) INT.get(lower, 3 * i) << Integer.SIZE);
    }
  }

  /** Every column takes {@code most} taps, the last ones times zero: the loop is always as long. */
  private static void fewTaps(
      byte[] pairs, int length, int[] wide, AxisWeights x, int begin, int most, byte[] resized) {
    for (int at = 0; at < length; at += 8) {
      eight(pairs, at).intoArray(wide, at);
    }
    int[] first = x.first();
    int[] weights = x.weights();
    int stride = x.stride();
    for (int i = 0; i < first.length; i++) {
      IntVector sum = IntVector.broadcast(LANES, AxisWeights.ROUNDING);
      int from = 8 * (first[i] - begin);
      int k = i * stride;
      for (int end = k + most; k < end; k++, from += 8) {
        sum = sum.add(IntVector.fromArray(LANES, wide, from).mul(weights[k]));
      }
      IntVector clipped =
          sum.lanewise(VectorOperators.ASHR, AxisWeights.PRECISION_BITS).max(0).min(255);
      ((ByteVector) clipped.convertShape(VectorOperators.I2B, BYTES, 0)).intoArray(resized, 8 * i);
    }
  }

  /** One row out of a pair; the spare byte falls on the next column's red, written after it. */
  private static void part(byte[] resized, int columns, int shift, byte[] row) {
    for (int i = 0; i < columns; i++) {
      INT.set(row, 3 * i, (int) ((long) LONG.get(resized, 8 * i) >>> shift));
    }
  }

  private static void widen(byte[] row, int length, int[] out, int at) {
    for (int i = 0; i < length; i += 8) {
      eight(row, i).intoArray(out, at + i);
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
}
