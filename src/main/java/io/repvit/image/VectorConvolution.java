package io.repvit.image;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Implementation with the Vector API. The class is loaded only if the module is present.
 *
 * <p>Bytes are widened by B2I and a mask, because ZERO_EXTEND_B2I throws on JDK 17. HotSpot of JDK
 * 17 avoids the allocation of vector objects only if a JVM uses one width of integer vectors.
 */
final class VectorConvolution implements Convolution {
  private static final int NARROWEST_BITS = 256;
  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_PREFERRED;

  /** Byte vectors with as many lanes as {@link #LANES}; unused on narrower machines. */
  private static final VectorSpecies<Byte> BYTES =
      VectorSpecies.of(
          byte.class,
          VectorShape.forBitSize(Math.max(NARROWEST_BITS, LANES.vectorBitSize()) / Integer.BYTES));

  private int[] sums = new int[0];

  /**
   * Returns whether the processor has vectors of at least 256 bits. For narrower vectors (NEON, x86
   * before AVX2) the API has no byte vector with as many lanes, and the JVM allocates each vector.
   */
  static boolean fitsMachine() {
    return LANES.vectorBitSize() >= NARROWEST_BITS;
  }

  @Override
  public void widen(byte[] line, int length, int[] out, int at) {
    for (int i = 0; i < length; i += LANES.length()) {
      ((IntVector) ByteVector.fromArray(BYTES, line, i).convertShape(VectorOperators.B2I, LANES, 0))
          .and(0xff)
          .intoArray(out, at + i);
    }
  }

  @Override
  public void combine(
      int[] lines, int[] offsets, int[] weights, int weightsAt, int taps, int length, byte[] out) {
    if (taps == TAPS) {
      combineEight(lines, offsets, weights, weightsAt, length, out);
      return;
    }
    if (sums.length < length + PADDING) {
      sums = new int[length + PADDING];
    }
    Arrays.fill(sums, 0, length, AxisWeights.ROUNDING);
    for (int t = 0; t < taps; t += TAPS) {
      addFour(lines, offsets, t, weights, weightsAt + t, length, sums);
      addFour(lines, offsets, t + 4, weights, weightsAt + t + 4, length, sums);
    }
    for (int i = 0; i < length; i += LANES.length()) {
      round(IntVector.fromArray(LANES, sums, i)).intoArray(out, i);
    }
  }

  /** Adds all lines in one step; images of ordinary size need no more than 8. */
  private static void combineEight(
      int[] lines, int[] offsets, int[] weights, int at, int length, byte[] out) {
    IntVector w0 = IntVector.broadcast(LANES, weights[at]);
    IntVector w1 = IntVector.broadcast(LANES, weights[at + 1]);
    IntVector w2 = IntVector.broadcast(LANES, weights[at + 2]);
    IntVector w3 = IntVector.broadcast(LANES, weights[at + 3]);
    IntVector w4 = IntVector.broadcast(LANES, weights[at + 4]);
    IntVector w5 = IntVector.broadcast(LANES, weights[at + 5]);
    IntVector w6 = IntVector.broadcast(LANES, weights[at + 6]);
    IntVector w7 = IntVector.broadcast(LANES, weights[at + 7]);
    int o0 = offsets[0];
    int o1 = offsets[1];
    int o2 = offsets[2];
    int o3 = offsets[3];
    int o4 = offsets[4];
    int o5 = offsets[5];
    int o6 = offsets[6];
    int o7 = offsets[7];
    for (int i = 0; i < length; i += LANES.length()) {
      IntVector sum =
          IntVector.broadcast(LANES, AxisWeights.ROUNDING)
              .add(IntVector.fromArray(LANES, lines, o0 + i).mul(w0))
              .add(IntVector.fromArray(LANES, lines, o1 + i).mul(w1))
              .add(IntVector.fromArray(LANES, lines, o2 + i).mul(w2))
              .add(IntVector.fromArray(LANES, lines, o3 + i).mul(w3))
              .add(IntVector.fromArray(LANES, lines, o4 + i).mul(w4))
              .add(IntVector.fromArray(LANES, lines, o5 + i).mul(w5))
              .add(IntVector.fromArray(LANES, lines, o6 + i).mul(w6))
              .add(IntVector.fromArray(LANES, lines, o7 + i).mul(w7));
      round(sum).intoArray(out, i);
    }
  }

  private static void addFour(
      int[] lines, int[] offsets, int t, int[] weights, int at, int length, int[] sums) {
    IntVector w0 = IntVector.broadcast(LANES, weights[at]);
    IntVector w1 = IntVector.broadcast(LANES, weights[at + 1]);
    IntVector w2 = IntVector.broadcast(LANES, weights[at + 2]);
    IntVector w3 = IntVector.broadcast(LANES, weights[at + 3]);
    int o0 = offsets[t];
    int o1 = offsets[t + 1];
    int o2 = offsets[t + 2];
    int o3 = offsets[t + 3];
    for (int i = 0; i < length; i += LANES.length()) {
      IntVector.fromArray(LANES, sums, i)
          .add(IntVector.fromArray(LANES, lines, o0 + i).mul(w0))
          .add(IntVector.fromArray(LANES, lines, o1 + i).mul(w1))
          .add(IntVector.fromArray(LANES, lines, o2 + i).mul(w2))
          .add(IntVector.fromArray(LANES, lines, o3 + i).mul(w3))
          .intoArray(sums, i);
    }
  }

  private static ByteVector round(IntVector sums) {
    IntVector values =
        sums.lanewise(VectorOperators.ASHR, AxisWeights.PRECISION_BITS).max(0).min(255);
    return (ByteVector) values.convertShape(VectorOperators.I2B, BYTES, 0);
  }
}
