package io.repvit.image;

import java.util.Arrays;

/**
 * Percentiles of the brightness {@code sqrt(0.241 r^2 + 0.691 g^2 + 0.068 b^2) / 255}, as NumPy
 * interpolates them. Brightness is a function of the integer {@code 241 r^2 + 691 g^2 + 68 b^2}.
 * The first pass over the pixels counts its upper bits; the second one counts its lower bits where
 * the percentiles are. So the values are exact, and no memory depends on the size of the image. Not
 * thread-safe.
 */
final class Brightness {
  private static final int LOW_BITS = 14;
  private static final int LOW = (1 << LOW_BITS) - 1;
  private static final int MOST = 1000 * 255 * 255;

  private final double[] quantiles;
  private final int[] upper = new int[(MOST >> LOW_BITS) + 1];

  /** For each quantile the two values between which it lies: the upper bits of each. */
  private final int[] bucket;

  private final long[] rank;
  private final int[][] lower;
  private int[] squares = new int[0];
  private long pixels;

  /**
   * @param quantiles the wanted quantiles, 0 to 1
   */
  Brightness(double... quantiles) {
    this.quantiles = quantiles.clone();
    bucket = new int[2 * quantiles.length];
    rank = new long[2 * quantiles.length];
    lower = new int[2 * quantiles.length][LOW + 1];
  }

  /** Starts the first pass. */
  void clear() {
    pixels = 0;
    Arrays.fill(upper, 0);
  }

  /** Counts pixels in the first pass. */
  void count(Channels piece, int count) {
    weigh(piece, count);
    for (int i = 0; i < count; i++) {
      upper[squares[i] >> LOW_BITS]++;
    }
    pixels += count;
  }

  /** Starts the second pass. */
  void seek() {
    for (int q = 0; q < quantiles.length; q++) {
      long below = (long) ((pixels - 1) * quantiles[q]);
      seek(2 * q, below);
      seek(2 * q + 1, Math.min(pixels - 1, below + 1));
    }
  }

  /** Finds the upper bits of the value of a rank, and its rank among the values that share them. */
  private void seek(int i, long position) {
    long left = position;
    int at = 0;
    while (left >= upper[at]) {
      left -= upper[at++];
    }
    bucket[i] = at;
    rank[i] = left;
    Arrays.fill(lower[i], 0);
  }

  /** Counts pixels in the second pass. */
  void refine(Channels piece, int count) {
    weigh(piece, count);
    for (int b = 0; b < bucket.length; b++) {
      if (first(b) == b) {
        refine(bucket[b] << LOW_BITS, lower[b], count);
      }
    }
  }

  private void refine(int from, int[] counts, int count) {
    for (int i = 0; i < count; i++) {
      int low = squares[i] - from;
      if (low >>> LOW_BITS == 0) {
        counts[low]++;
      }
    }
  }

  private void weigh(Channels piece, int count) {
    if (squares.length < count) {
      squares = new int[count];
    }
    int[] v = piece.values();
    int g = Channels.start(1);
    int b = Channels.start(2);
    for (int i = 0; i < count; i++) {
      squares[i] = 241 * v[i] * v[i] + 691 * v[g + i] * v[g + i] + 68 * v[b + i] * v[b + i];
    }
  }

  /** Returns the quantile of an index after the second pass, 0 to 1. */
  double quantile(int index) {
    double below = value(2 * index);
    double above = value(2 * index + 1);
    double position = (pixels - 1) * quantiles[index];
    return below + (above - below) * (position - (long) position);
  }

  /** Returns the first index with the same upper bits, whose counts are used. */
  private int first(int i) {
    int first = 0;
    while (bucket[first] != bucket[i]) {
      first++;
    }
    return first;
  }

  private double value(int i) {
    int[] counts = lower[first(i)];
    long left = rank[i];
    int at = 0;
    while (left >= counts[at]) {
      left -= counts[at++];
    }
    return Math.sqrt(((bucket[i] << LOW_BITS) + at) / 1000.0) / 255;
  }
}
