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
 * what HotSpot of JDK 17 compiles without making objects of vectors: integers of one width only,
 * and pixels put together and taken apart as bytes; with integers of 128 bits beside those of 256
 * it makes them. The benchmark's heap column tells at once when it is lost.
 */
final class VectorConvolution implements Convolution {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;
  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_256;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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
      byte[] upper, byte[] lower, AxisWeights x, int[] out, int upperAt, int lowerAt) {
    int columns = x.end() - x.begin();
    int length = 3 * x.count();
    reserve(8 * (columns + x.mostTaps()), x.count());
    pair(upper, lower, columns, pairs);
    convolve(pairs, 8 * columns, wide, x, x.begin(), resized);
    part(resized, x.count(), 0, resizedRow);
    widen(resizedRow, length, out, upperAt);
    part(resized, x.count(), Integer.SIZE, resizedRow);
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

  /** Every column takes the most taps, the last ones times zero: the loop is always as long. */
  private static void convolve(
      byte[] pairs, int length, int[] wide, AxisWeights x, int begin, byte[] resized) {
    for (int at = 0; at < length; at += 8) {
      eight(pairs, at).intoArray(wide, at);
    }
    int[] first = x.first();
    int[] weights = x.weights();
    int most = x.mostTaps();
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
