package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The scores of the best classes.
 *
 * @param bins how many scores are in each fiftieth of 0 to 1; 1 is in the last
 * @param sum of all
 */
public record Scores(List<Long> bins, double sum) implements Serializable {
  /** Bins: 50, each 0.02 wide. */
  public static final int BINS = 50;

  /** No scores. */
  public static final Scores NONE = new Scores(Collections.nCopies(BINS, 0L), 0);

  public Scores {
    if (bins.size() != BINS) {
      throw new IllegalArgumentException(bins.size() + " bins, must be " + BINS);
    }
    bins = List.copyOf(bins);
  }

  /** How many there are. */
  public long count() {
    return bins.stream().mapToLong(Long::longValue).sum();
  }

  /** Their mean, if there are any. */
  public OptionalDouble mean() {
    return count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count());
  }

  /** Both together. */
  public Scores plus(Scores o) {
    var both = new ArrayList<Long>(BINS);
    for (int i = 0; i < BINS; i++) {
      both.add(bins.get(i) + o.bins.get(i));
    }
    return new Scores(both, sum + o.sum);
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private final long[] bins = new long[BINS];
    private double sum;

    /**
     * Adds one.
     *
     * @param score 0 to 1
     */
    public void add(float score) {
      bins[Math.max(0, Math.min(BINS - 1, (int) (score * BINS)))]++;
      sum += score;
    }

    /** What was added so far. */
    public Scores total() {
      var list = new ArrayList<Long>(BINS);
      for (long n : bins) {
        list.add(n);
      }
      return new Scores(list, sum);
    }
  }
}
