package io.repvit.analytics.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.stream.IntStream;
import scala.Tuple2;

/** Cuts blocks into pieces for the groups of a {@link CellIndex}. */
final class CellPieces {
  private CellPieces() {}

  /**
   * Some rows of a block on their way to a group of cells.
   *
   * @param rows their numbers in the block
   * @param cells by row: its cells in the group; one if the row belongs to the group, those that it
   *     probes if it is a query
   */
  record CellPiece(int block, int[] rows, String[] paths, int[][] cells, float[] values)
      implements Serializable {}

  /** Sends each row to the group that it belongs to. */
  static Iterator<Tuple2<Integer, CellPiece>> data(
      EmbeddingBlock block, CellIndex index, int pieceRows) {
    int[][] cells = probes(block, index, 1);
    var pairs = new long[block.rows()];
    for (int row = 0; row < block.rows(); row++) {
      pairs[row] = pair(index.group(cells[row][0], row), row);
    }
    return pieces(block, index, cells, pairs, pieceRows);
  }

  /** Sends each row to all groups that have one of the cells that are nearest to it. */
  static Iterator<Tuple2<Integer, CellPiece>> queries(
      EmbeddingBlock block, CellIndex index, int probes, int pieceRows) {
    int[][] cells = probes(block, index, probes);
    long[] pairs =
        IntStream.range(0, block.rows())
            .mapToObj(
                row ->
                    Arrays.stream(cells[row])
                        .flatMap(index::groups)
                        .distinct()
                        .mapToLong(group -> pair(group, row)))
            .flatMapToLong(pairsOfRow -> pairsOfRow)
            .toArray();
    return pieces(block, index, cells, pairs, pieceRows);
  }

  private static int[][] probes(EmbeddingBlock block, CellIndex index, int probes) {
    var cells = new int[block.rows()][];
    try (var tiles = new Tiles(block.width())) {
      BestMatches nearest =
          CellIndex.nearest(
              tiles, block.values(), block.rows(), index.centroids(), index.cells(), probes);
      for (int row = 0; row < cells.length; row++) {
        int r = row;
        cells[row] =
            IntStream.range(0, nearest.count(row)).map(i -> (int) nearest.id(r, i)).toArray();
      }
    }
    return cells;
  }

  private static long pair(int group, int row) {
    return (long) group << 32 | row;
  }

  /**
   * Makes pieces when they are asked for, so that one copy of rows is in memory at a time.
   *
   * @param pairs groups and rows
   */
  private static Iterator<Tuple2<Integer, CellPiece>> pieces(
      EmbeddingBlock block, CellIndex index, int[][] cells, long[] pairs, int pieceRows) {
    Arrays.sort(pairs);
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < pairs.length;
      }

      @Override
      public Tuple2<Integer, CellPiece> next() {
        int group = (int) (pairs[next] >> 32);
        int from = next;
        while (next < pairs.length && next < from + pieceRows && pairs[next] >> 32 == group) {
          next++;
        }
        int[] rows = Arrays.stream(pairs, from, next).mapToInt(pair -> (int) pair).toArray();
        return new Tuple2<>(group, piece(block, index, cells, rows, group));
      }
    };
  }

  private static CellPiece piece(
      EmbeddingBlock block, CellIndex index, int[][] cells, int[] rows, int group) {
    int width = block.width();
    var paths = new String[rows.length];
    var inGroup = new int[rows.length][];
    var values = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      paths[i] = block.paths()[rows[i]];
      inGroup[i] = Arrays.stream(cells[rows[i]]).filter(cell -> index.isIn(cell, group)).toArray();
      System.arraycopy(block.values(), rows[i] * width, values, i * width, width);
    }
    return new CellPiece(block.block(), rows, paths, inGroup, values);
  }
}
