package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The distribution of the scores of the best classes.
 *
 * @param bins histogram of the scores over [0, 1] in bins of equal width; the last bin includes 1
 * @param sum sum of the scores
 */
public record Scores(List<Long> bins, double sum) implements Serializable {
  /** Number of bins: 50, each 0.02 wide. */
  public static final int BINS = 50;

  /** No scores. */
  public static final Scores NONE = new Scores(Collections.nCopies(BINS, 0L), 0);

  public Scores {
    if (bins.size() != BINS) {
      throw new IllegalArgumentException(bins.size() + " bins, must be " + BINS);
    }
    bins = List.copyOf(bins);
  }

  /** Returns the number of scores. */
  public long count() {
    return bins.stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the mean score; empty without scores. */
  public OptionalDouble mean() {
    return count() == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / count());
  }

  /** Returns the sum of both. */
  public Scores plus(Scores o) {
    var both = new ArrayList<Long>(BINS);
    for (int i = 0; i < BINS; i++) {
      both.add(bins.get(i) + o.bins.get(i));
    }
    return new Scores(both, sum + o.sum);
  }

  /** Collects the values of one task. Not thread-safe. */
  public static final class Recorder {
    private final long[] bins = new long[BINS];
    private double sum;

    /**
     * Adds a score.
     *
     * @param score 0 to 1
     */
    public void add(float score) {
      bins[Math.max(0, Math.min(BINS - 1, (int) (score * BINS)))]++;
      sum += score;
    }

    /** Returns the scores added so far. */
    public Scores total() {
      var list = new ArrayList<Long>(BINS);
      for (long n : bins) {
        list.add(n);
      }
      return new Scores(list, sum);
    }
  }
}
