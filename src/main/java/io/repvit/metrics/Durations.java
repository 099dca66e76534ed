package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * How long something took, many times. Durations are counted in buckets whose width is at most 1/32
 * of their lower end, so that quantiles are within 1/64 of the true ones, as in <a
 * href="https://hdrhistogram.github.io/HdrHistogram/">HdrHistogram</a>.
 *
 * @param nanos sum of all, exact
 * @param buckets number of durations by bucket
 */
public record Durations(long nanos, Map<Integer, Long> buckets) implements Serializable {
  /** Nothing was timed. */
  public static final Durations NONE = new Durations(0, Map.of());

  private static final int LINEAR_BITS = 5;
  private static final int LINEAR = 1 << LINEAR_BITS;
  private static final int BUCKETS = bucket(Long.MAX_VALUE) + 1;

  public Durations {
    buckets = new TreeMap<>(buckets);
  }

  /** How many there were. */
  public long count() {
    return buckets.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The duration that the share {@code q} of all do not exceed (nearest rank), nanoseconds; empty
   * when there were none.
   *
   * @param q above 0, at most 1
   */
  public OptionalLong quantile(double q) {
    long rank = (long) Math.ceil(q * count());
    long seen = 0;
    for (var e : buckets.entrySet()) {
      seen += e.getValue();
      if (seen >= rank) {
        return OptionalLong.of(middle(e.getKey()));
      }
    }
    return OptionalLong.empty();
  }

  /** Both together. */
  public Durations plus(Durations o) {
    return new Durations(nanos + o.nanos, Counts.sum(buckets, o.buckets));
  }

  /** Below 32 ns a bucket each; above, 32 buckets from each power of two to the next. */
  private static int bucket(long nanos) {
    int octave = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - LINEAR_BITS);
    return octave * LINEAR + (int) (nanos >>> octave);
  }

  private static long middle(int bucket) {
    int octave = Math.max(0, bucket / LINEAR - 1);
    long lower = (long) (bucket - octave * LINEAR) << octave;
    return lower + (1L << octave) / 2;
  }

  /** Takes durations, from any thread. */
  public static final class Recorder {
    private final long[] counts = new long[BUCKETS];
    private long nanos;

    /**
     * Counts one.
     *
     * @param duration nanoseconds; negative ones, of clocks that jump, count as 0
     */
    public synchronized void record(long duration) {
      long d = Math.max(0, duration);
      nanos += d;
      counts[bucket(d)]++;
    }

    /** What was recorded so far. */
    public synchronized Durations total() {
      var buckets = new TreeMap<Integer, Long>();
      for (int i = 0; i < BUCKETS; i++) {
        if (counts[i] > 0) {
          buckets.put(i, counts[i]);
        }
      }
      return new Durations(nanos, buckets);
    }
  }
}
