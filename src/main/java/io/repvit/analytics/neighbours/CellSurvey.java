package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * One pass over all rows: the size of each cell, and the exact neighbours of a sample of queries.
 *
 * @param rows by cell: its number of rows
 * @param best by query: its exact neighbours
 * @param neighbours the neighbours by id
 */
record CellSurvey(long[] rows, BestMatches best, Map<Long, Neighbour> neighbours)
    implements Serializable {

  /** A row that is a neighbour of a query. */
  record Neighbour(String path, int cell) implements Serializable {}

  /**
   * Surveys a table.
   *
   * @param queries the sample
   * @param notItself whether a row is no neighbour of a query with the same path
   */
  static CellSurvey of(
      EmbeddingBlocks blocks, float[] centroids, Piece queries, int k, boolean notItself) {
    var context = JavaSparkContext.fromSparkContext(blocks.spark().sparkContext());
    Broadcast<float[]> cells = context.broadcast(centroids);
    Broadcast<Piece> sample = context.broadcast(queries);
    try {
      return blocks
          .rdd()
          .map(block -> of(block, cells.value(), sample.value(), k, notItself))
          .treeReduce(CellSurvey::plus);
    } finally {
      cells.destroy();
      sample.destroy();
    }
  }

  private static CellSurvey of(
      EmbeddingBlock block, float[] centroids, Piece queries, int k, boolean notItself) {
    int cells = centroids.length / block.width();
    var rows = new long[cells];
    var cellOf = new int[block.rows()];
    try (var tiles = new Tiles(block.width())) {
      BestMatches nearest =
          CellIndex.nearest(tiles, block.values(), block.rows(), centroids, cells, 1);
      for (int row = 0; row < block.rows(); row++) {
        cellOf[row] = (int) nearest.id(row, 0);
        rows[cellOf[row]]++;
      }
    }
    BestMatches best;
    try (var search = new ExactSearch.OneWay(block, k, notItself)) {
      best = search.best(queries);
    }
    var neighbours = new HashMap<Long, Neighbour>();
    for (int query = 0; query < best.rows(); query++) {
      for (int rank = 0; rank < best.count(query); rank++) {
        long id = best.id(query, rank);
        int row = EmbeddingBlock.rowOf(id);
        neighbours.put(id, new Neighbour(block.paths()[row], cellOf[row]));
      }
    }
    return new CellSurvey(rows, best, neighbours);
  }

  private CellSurvey plus(CellSurvey other) {
    for (int cell = 0; cell < rows.length; cell++) {
      rows[cell] += other.rows[cell];
    }
    best.offerAll(other.best);
    neighbours.putAll(other.neighbours);
    neighbours.keySet().retainAll(best.allIds());
    return this;
  }
}
