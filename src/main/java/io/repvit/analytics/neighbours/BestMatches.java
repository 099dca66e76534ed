package io.repvit.analytics.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The {@code k} best matches of each of some rows, best first. Of equal cosines the lower id is the
 * better one, so that the result does not depend on the order of the offers.
 */
final class BestMatches implements Serializable {
  private static final long serialVersionUID = 1;

  private final int k;
  private final int[] counts;
  private final long[] ids;
  private final float[] cosines;
  private final float[] limits;

  BestMatches(int rows, int k) {
    this.k = k;
    counts = new int[rows];
    ids = new long[Math.multiplyExact(rows, k)];
    cosines = new float[rows * k];
    limits = new float[rows];
    Arrays.fill(limits, Float.NEGATIVE_INFINITY);
  }

  int rows() {
    return counts.length;
  }

  /** Returns, by row, the cosine that an offer must reach; it rises. */
  float[] limits() {
    return limits;
  }

  int count(int row) {
    return counts[row];
  }

  long id(int row, int rank) {
    return ids[row * k + rank];
  }

  float cosine(int row, int rank) {
    return cosines[row * k + rank];
  }

  /** Adds a match if it is among the best of its row. An id must not be offered twice. */
  void offer(int row, long id, float cosine) {
    int first = row * k;
    int count = counts[row];
    if (count == k && !better(cosine, id, first + k - 1)) {
      return;
    }
    int at = first + Math.min(count, k - 1);
    while (at > first && better(cosine, id, at - 1)) {
      ids[at] = ids[at - 1];
      cosines[at] = cosines[at - 1];
      at--;
    }
    ids[at] = id;
    cosines[at] = cosine;
    if (count < k) {
      counts[row] = count + 1;
    }
    if (counts[row] == k) {
      limits[row] = cosines[first + k - 1];
    }
  }

  private boolean better(float cosine, long id, int than) {
    return cosine > cosines[than] || (cosine == cosines[than] && id < ids[than]);
  }

  /** Returns the ids of all matches. */
  Set<Long> allIds() {
    var all = new HashSet<Long>();
    for (int row = 0; row < rows(); row++) {
      for (int rank = 0; rank < counts[row]; rank++) {
        all.add(id(row, rank));
      }
    }
    return all;
  }

  /** Offers the matches of the same rows in another table. */
  void offerAll(BestMatches other) {
    offerAll(other, IntStream.range(0, other.rows()).toArray());
  }

  /**
   * Offers the matches of other rows.
   *
   * @param rows by row of {@code other}, its row here
   */
  void offerAll(BestMatches other, int[] rows) {
    for (int row = 0; row < other.rows(); row++) {
      for (int rank = 0; rank < other.count(row); rank++) {
        offer(rows[row], other.id(row, rank), other.cosine(row, rank));
      }
    }
  }
}
