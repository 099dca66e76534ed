package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.CellPieces.CellPiece;
import io.repvit.analytics.neighbours.Tiles.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The rows of a group of cells, sorted by cell.
 *
 * @param ids one per row
 * @param rows by path
 * @param cells by cell: its first row, and the row after its last one
 */
record CellGroup(
    int width, float[] values, long[] ids, Map<String, Integer> rows, Map<Integer, int[]> cells) {
  private static final int NONE = -1;

  static CellGroup of(int width, Iterator<CellPiece> pieces) {
    var received = new ArrayList<CellPiece>();
    pieces.forEachRemaining(received::add);
    var counts = new TreeMap<Integer, Integer>();
    for (CellPiece piece : received) {
      for (int[] cell : piece.cells()) {
        counts.merge(cell[0], 1, Integer::sum);
      }
    }
    var cells = new HashMap<Integer, int[]>();
    int count = 0;
    for (var cell : counts.entrySet()) {
      // The second number grows while rows are placed.
      cells.put(cell.getKey(), new int[] {count, count});
      count += cell.getValue();
    }
    var values = new float[count * width];
    var ids = new long[count];
    var rows = new HashMap<String, Integer>();
    for (CellPiece piece : received) {
      for (int i = 0; i < piece.rows().length; i++) {
        int at = Objects.requireNonNull(cells.get(piece.cells()[i][0]))[1]++;
        System.arraycopy(piece.values(), i * width, values, at * width, width);
        ids[at] = EmbeddingBlock.id(piece.block(), piece.rows()[i]);
        rows.put(piece.paths()[i], at);
      }
    }
    return new CellGroup(width, values, ids, rows, cells);
  }

  /** Finds the best matches of queries, each in the cells that it probes. */
  BestMatches best(Tiles tiles, CellPiece queries, int k, boolean notItself) {
    int count = queries.rows().length;
    var best = new BestMatches(count, k);
    var itself = new int[count];
    var probing = new TreeMap<Integer, List<Integer>>();
    for (int query = 0; query < count; query++) {
      itself[query] = notItself ? rows.getOrDefault(queries.paths()[query], NONE) : NONE;
      for (int cell : queries.cells()[query]) {
        probing.computeIfAbsent(cell, c -> new ArrayList<>()).add(query);
      }
    }
    var gathered = new float[queries.values().length];
    var limits = new float[count];
    var passive = new float[ids.length];
    Arrays.fill(passive, Float.POSITIVE_INFINITY);
    probing.forEach(
        (cell, who) -> {
          int[] range = cells.get(cell);
          if (range == null) {
            return;
          }
          for (int i = 0; i < who.size(); i++) {
            System.arraycopy(queries.values(), who.get(i) * width, gathered, i * width, width);
            limits[i] = best.limits()[who.get(i)];
          }
          tiles.scan(
              new Rows(gathered, 0, who.size(), limits),
              new Rows(values, range[0], range[1], passive),
              (left, right, cosine) -> {
                int query = who.get(left);
                if (right != itself[query]) {
                  best.offer(query, ids[right], cosine);
                  limits[left] = best.limits()[query];
                }
              });
        });
    return best;
  }
}
