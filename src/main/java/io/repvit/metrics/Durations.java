package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A histogram of durations. The width of a bucket is at most 1/32 of its lower bound, so quantiles
 * have a relative error of at most 1/64, as in <a
 * href="https://hdrhistogram.github.io/HdrHistogram/">HdrHistogram</a>.
 *
 * @param nanos exact sum of the durations, nanoseconds
 * @param buckets number of durations by bucket
 */
public record Durations(long nanos, Map<Integer, Long> buckets) implements Serializable {
  /** No durations. */
  public static final Durations NONE = new Durations(0, Map.of());

  private static final int LINEAR_BITS = 5;
  private static final int LINEAR = 1 << LINEAR_BITS;
  private static final int BUCKETS = bucket(Long.MAX_VALUE) + 1;

  public Durations {
    buckets = new TreeMap<>(buckets);
  }

  /** Returns the number of durations. */
  public long count() {
    return buckets.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns the quantile {@code q} by nearest rank, in nanoseconds; empty without durations.
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

  /** Returns the sum of both. */
  public Durations plus(Durations o) {
    return new Durations(nanos + o.nanos, Counts.sum(buckets, o.buckets));
  }

  /** Below 32 ns a bucket is 1 ns wide; above, each power of two is divided into 32 buckets. */
  private static int bucket(long nanos) {
    int octave = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - LINEAR_BITS);
    return octave * LINEAR + (int) (nanos >>> octave);
  }

  private static long middle(int bucket) {
    int octave = Math.max(0, bucket / LINEAR - 1);
    long lower = (long) (bucket - octave * LINEAR) << octave;
    return lower + (1L << octave) / 2;
  }

  /** Collects durations. Thread-safe. */
  public static final class Recorder {
    private final long[] counts = new long[BUCKETS];
    private long nanos;

    /**
     * Adds a duration.
     *
     * @param duration nanoseconds; a negative value, from a clock that was set back, counts as 0
     */
    public synchronized void record(long duration) {
      long d = Math.max(0, duration);
      nanos += d;
      counts[bucket(d)]++;
    }

    /** Returns the durations recorded so far. */
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
