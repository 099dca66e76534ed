package io.repvit.image;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The same sums on the Vector API. Loaded only where the module is present.
 *
 * <p>Bytes widen by B2I and a mask: ZERO_EXTEND_B2I throws on JDK 17.
 */
final class VectorConvolution implements Convolution {
  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_64;

  /** A pixel's three channels and one lane to spare. */
  private static final VectorSpecies<Integer> PIXEL = IntVector.SPECIES_128;

  private static final VectorSpecies<Integer> LANES = IntVector.SPECIES_256;

  @Override
  public void horizontal(byte[] row, AxisWeights x, int[] out, int at) {
    int[] first = x.first();
    int[] taps = x.taps();
    int[] weights = x.weights();
    int begin = x.begin();
    int stride = x.stride();
    for (int i = 0; i < first.length; i++) {
      IntVector sum = IntVector.broadcast(PIXEL, AxisWeights.ROUNDING);
      int from = 3 * (first[i] - begin);
      int k = i * stride;
      for (int end = k + taps[i]; k < end; k++, from += 3) {
        IntVector pixel =
            (IntVector)
                ByteVector.fromArray(BYTES, row, from).convertShape(VectorOperators.B2I, PIXEL, 0);
        sum = sum.add(pixel.and(0xff).mul(weights[k]));
      }
      // The spare lane falls on the next pixel's red, which is written after it.
      clip8(sum).intoArray(out, at + 3 * i);
    }
  }

  @Override
  public void vertical(
      int[] rows, int[] offsets, int taps, int[] weights, int weightsAt, int length, int[] out) {
    int lanes = LANES.length();
    for (int i = 0; i < length; i += 2 * lanes) {
      IntVector a = IntVector.broadcast(LANES, AxisWeights.ROUNDING);
      IntVector b = a;
      for (int t = 0; t < taps; t++) {
        int from = offsets[t] + i;
        int weight = weights[weightsAt + t];
        a = a.add(IntVector.fromArray(LANES, rows, from).mul(weight));
        b = b.add(IntVector.fromArray(LANES, rows, from + lanes).mul(weight));
      }
      clip8(a).intoArray(out, i);
      clip8(b).intoArray(out, i + lanes);
    }
  }

  private static IntVector clip8(IntVector sum) {
    return sum.lanewise(VectorOperators.ASHR, AxisWeights.PRECISION_BITS).max(0).min(255);
  }
}
