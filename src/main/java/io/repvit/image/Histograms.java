package io.repvit.image;

import java.util.Arrays;

/** The histograms of the three channels of an image. Not thread-safe. */
final class Histograms {
  private static final int LEVELS = 256;

  /** Neighbours are often equal; two sets of counters let the processor count them at once. */
  private final int[] even = new int[3 * LEVELS];

  private final int[] odd = new int[3 * LEVELS];

  void clear() {
    Arrays.fill(even, 0);
    Arrays.fill(odd, 0);
  }

  void add(Channels piece, int count) {
    int[] values = piece.values();
    for (int c = 0; c < 3; c++) {
      int start = Channels.start(c);
      int last = start + count;
      int level = c * LEVELS;
      int i = start;
      for (; i + 1 < last; i += 2) {
        even[level + values[i]]++;
        odd[level + values[i + 1]]++;
      }
      if (i < last) {
        even[level + values[i]]++;
      }
    }
  }

  /** Returns the counts of a channel. */
  long[] counts(int channel) {
    long[] counts = new long[LEVELS];
    for (int v = 0; v < LEVELS; v++) {
      counts[v] = (long) even[channel * LEVELS + v] + odd[channel * LEVELS + v];
    }
    return counts;
  }

  /** Returns whether all channels have the same counts, as they do if they are equal. */
  boolean equal() {
    long[] red = counts(0);
    return Arrays.equals(red, counts(1)) && Arrays.equals(red, counts(2));
  }

  /** Returns the entropy of the counts of several channels together, in bits. */
  double entropy(int channels) {
    double total = 0;
    double entropy = 0;
    for (int c = 0; c < channels; c++) {
      for (long n : counts(c)) {
        total += n;
      }
    }
    for (int c = 0; c < channels; c++) {
      for (long n : counts(c)) {
        if (n > 0) {
          double p = n / total;
          entropy -= p * Math.log(p);
        }
      }
    }
    return entropy / Math.log(2);
  }
}
