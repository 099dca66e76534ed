package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The sum of embeddings, from which the mean is computed.
 *
 * @param count how many were added
 * @param sums by dimension; empty while none was added
 */
public record EmbeddingSum(long count, List<Double> sums) implements Serializable {
  /** No embeddings. */
  public static final EmbeddingSum NONE = new EmbeddingSum(0, List.of());

  public EmbeddingSum {
    sums = List.copyOf(sums);
    if (count > 0 == sums.isEmpty()) {
      throw new IllegalArgumentException(count + " embeddings of width " + sums.size());
    }
  }

  /** The mean embedding; empty without embeddings. */
  public List<Double> mean() {
    return sums.stream().map(s -> s / count).toList();
  }

  /** Both together; they are of one model. */
  public EmbeddingSum plus(EmbeddingSum o) {
    if (count == 0 || o.count == 0) {
      return count == 0 ? o : this;
    }
    if (sums.size() != o.sums.size()) {
      throw new IllegalArgumentException(
          "embeddings of width " + sums.size() + " and " + o.sums.size());
    }
    var both = new ArrayList<Double>(sums.size());
    for (int i = 0; i < sums.size(); i++) {
      both.add(sums.get(i) + o.sums.get(i));
    }
    return new EmbeddingSum(count + o.count, both);
  }

  /** Of one task, on one thread. */
  public static final class Recorder {
    private double[] sums = {};
    private long count;

    /** Adds one; all have the same width. */
    public void add(float[] embedding) {
      if (count++ == 0) {
        sums = new double[embedding.length];
      }
      double[] s = sums;
      for (int i = 0; i < s.length; i++) {
        s[i] += embedding[i];
      }
    }

    /** What was added so far. */
    public EmbeddingSum total() {
      var list = new ArrayList<Double>(sums.length);
      for (double s : sums) {
        list.add(s);
      }
      return new EmbeddingSum(count, list);
    }
  }
}
