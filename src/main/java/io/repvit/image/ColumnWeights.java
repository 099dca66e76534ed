package io.repvit.image;

/**
 * The weights of the x axis, and the same once more as vectors want them: each three times, for
 * red, green and blue, and padded with zeros to whole groups of {@link #GROUP} taps.
 *
 * @param axis the weights one by one
 * @param mostTaps source samples of the output column that has most
 * @param stride entries of {@code perChannel} per output column
 * @param perChannel fixed point, in the order of the bytes of an RGB row
 */
@SuppressWarnings("ArrayRecordComponent") // read in inner loops, compared by nobody
record ColumnWeights(AxisWeights axis, int mostTaps, int stride, int[] perChannel) {

  /** 8 taps of 3 bytes are exactly 3 vectors of 8 lanes. */
  static final int GROUP = 8;

  static ColumnWeights of(AxisWeights axis) {
    int stride = groups(axis.stride()) * GROUP * 3;
    int[] perChannel = new int[Math.multiplyExact(axis.count(), stride)];
    for (int i = 0; i < axis.count(); i++) {
      for (int t = 0; t < axis.taps()[i]; t++) {
        int weight = axis.weights()[i * axis.stride() + t];
        for (int c = 0; c < 3; c++) {
          perChannel[i * stride + 3 * t + c] = weight;
        }
      }
    }
    return new ColumnWeights(axis, axis.mostTaps(), stride, perChannel);
  }

  /** Groups that hold this many taps. */
  static int groups(int taps) {
    return (taps + GROUP - 1) / GROUP;
  }
}
