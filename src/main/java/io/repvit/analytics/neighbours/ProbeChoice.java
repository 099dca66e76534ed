package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.Tiles.Rows;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How many cells a sample of queries must probe to find its exact neighbours. A neighbour is found
 * if and only if its cell is probed, so one survey gives the recall of every number of probes.
 */
final class ProbeChoice {
  /** Below this number of queries, all of them choose and measure. */
  static final int SPLIT_FROM = 200;

  private static final double STANDARD_ERRORS = 2;

  /**
   * By query and neighbour: how many cells are at least as near to the query as the neighbour's.
   */
  private final int[][] needed;

  private final int cells;

  private ProbeChoice(int[][] needed, int cells) {
    this.needed = needed;
    this.cells = cells;
  }

  static ProbeChoice of(float[] centroids, int width, float[] queries, CellSurvey survey) {
    int cells = centroids.length / width;
    BestMatches best = survey.best();
    var needed = new int[best.rows()][];
    var cosines = new float[best.rows()][cells];
    var always = new float[best.rows()];
    Arrays.fill(always, Float.NEGATIVE_INFINITY);
    try (var tiles = new Tiles(width)) {
      tiles.scan(
          new Rows(queries, 0, best.rows(), always),
          Rows.passive(centroids, cells),
          (query, cell, cosine) -> cosines[query][cell] = cosine);
    }
    for (int query = 0; query < needed.length; query++) {
      int q = query;
      needed[query] =
          IntStream.range(0, best.count(query))
              .map(rank -> Objects.requireNonNull(survey.neighbours().get(best.id(q, rank))).cell())
              .map(cell -> (int) countAtLeast(cosines[q], cosines[q][cell]))
              .toArray();
    }
    return new ProbeChoice(needed, cells);
  }

  private static long countAtLeast(float[] values, float limit) {
    return IntStream.range(0, values.length).filter(i -> values[i] >= limit).count();
  }

  /** Returns whether a query chooses the probes. The others measure the recall. */
  static boolean chooses(int query, int queries) {
    return queries < SPLIT_FROM || query % 2 == 0;
  }

  /** Returns whether a query measures the recall. */
  static boolean measures(int query, int queries) {
    return queries < SPLIT_FROM || query % 2 == 1;
  }

  /**
   * Returns the least number of probes with which the choosing queries find the given share of
   * their neighbours, less two standard errors, so that other queries find it, too.
   */
  int probes(double recall) {
    return IntStream.rangeClosed(1, cells)
        .filter(probes -> lowest(probes) >= recall)
        .findFirst()
        .orElse(cells);
  }

  private double lowest(int probes) {
    double[] shares =
        IntStream.range(0, needed.length)
            .filter(query -> chooses(query, needed.length) && needed[query].length > 0)
            .mapToDouble(
                query ->
                    Arrays.stream(needed[query]).filter(n -> n <= probes).count()
                        / (double) needed[query].length)
            .toArray();
    double mean = Arrays.stream(shares).average().orElse(1);
    double square = Arrays.stream(shares).map(s -> (s - mean) * (s - mean)).average().orElse(0);
    boolean held = needed.length >= SPLIT_FROM;
    return mean - (held ? STANDARD_ERRORS * Math.sqrt(square / shares.length) : 0);
  }
}
