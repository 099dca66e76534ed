package io.repvit.image;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The histograms of the three channels of an image. Not thread-safe. */
final class Histograms {
  private static final int LEVELS = 256;
  private static final int LOW = LEVELS - 1;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final long[][] counts = new long[3][LEVELS];

  void clear() {
    for (long[] channel : counts) {
      Arrays.fill(channel, 0);
    }
  }

  /**
   * Counts values of a channel, eight at a time. Neighbours are often equal; several sets of
   * counters let the processor increment them at once.
   */
  void add(int channel, byte[] values, int count) {
    // Counters that are allocated here need no check of the index.
    int[] a = new int[LEVELS];
    int[] b = new int[LEVELS];
    int[] c = new int[LEVELS];
    int[] d = new int[LEVELS];
    int i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) {
      long eight = (long) LONGS.get(values, i);
      int low = (int) eight;
      int high = (int) (eight >>> 32);
      a[low & LOW]++;
      b[low >>> 8 & LOW]++;
      c[low >>> 16 & LOW]++;
      d[low >>> 24]++;
      a[high & LOW]++;
      b[high >>> 8 & LOW]++;
      c[high >>> 16 & LOW]++;
      d[high >>> 24]++;
    }
    for (; i < count; i++) {
      a[values[i] & LOW]++;
    }
    long[] sums = counts[channel];
    for (int v = 0; v < LEVELS; v++) {
      sums[v] += a[v] + b[v] + c[v] + d[v];
    }
  }

  /** Returns whether all channels have the same counts, as they do if they are equal. */
  boolean equal() {
    return Arrays.equals(counts[0], counts[1]) && Arrays.equals(counts[0], counts[2]);
  }

  /** Returns the entropy of the counts of the first channels together, in bits. */
  double entropy(int channels) {
    double total = 0;
    for (int c = 0; c < channels; c++) {
      total += Arrays.stream(counts[c]).sum();
    }
    double entropy = 0;
    for (int c = 0; c < channels; c++) {
      for (long n : counts[c]) {
        if (n > 0) {
          double p = n / total;
          entropy -= p * Math.log(p);
        }
      }
    }
    return entropy / Math.log(2);
  }
}
