package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.Tiles.Rows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Cells of an inverted file (IVF): a row belongs to the cell of its nearest centroid. Near cells
 * form groups of bounded size, and a cell that is larger than the bound has several groups.
 *
 * @param centroids float32 {@code [cells,width]}, row-major, each row of length 1
 * @param firstGroup by cell
 * @param groupCount by cell: more than 1 if the cell is larger than a group
 * @param groups number of groups
 */
record CellIndex(int width, float[] centroids, int[] firstGroup, int[] groupCount, int groups)
    implements Serializable {

  int cells() {
    return firstGroup.length;
  }

  /** Returns the group of a row of a cell. */
  int group(int cell, int row) {
    return firstGroup[cell] + row % groupCount[cell];
  }

  /** Returns all groups that have rows of a cell. */
  IntStream groups(int cell) {
    return IntStream.range(firstGroup[cell], firstGroup[cell] + groupCount[cell]);
  }

  boolean isIn(int cell, int group) {
    return group >= firstGroup[cell] && group < firstGroup[cell] + groupCount[cell];
  }

  /** Finds the {@code probes} nearest cells of each row; their numbers are the ids. */
  static BestMatches nearest(
      Tiles tiles, float[] values, int rows, float[] centroids, int cells, int probes) {
    var best = new BestMatches(rows, probes);
    tiles.scan(
        new Rows(values, 0, rows, best.limits()),
        Rows.passive(centroids, cells),
        (row, cell, cosine) -> best.offer(row, cell, cosine));
    return best;
  }

  /**
   * Groups cells.
   *
   * @param rows by cell: its number of rows
   * @param most largest number of rows of a group
   */
  static CellIndex of(int width, float[] centroids, long[] rows, long most) {
    int cells = rows.length;
    var firstGroup = new int[cells];
    var groupCount = new int[cells];
    int groups = 0;
    var open = new ArrayList<List<Integer>>();
    open.add(IntStream.range(0, cells).boxed().toList());
    while (!open.isEmpty()) {
      List<Integer> set = open.remove(open.size() - 1);
      long total = set.stream().mapToLong(cell -> rows[cell]).sum();
      if (set.size() > 1 && total > most) {
        open.addAll(halves(width, centroids, rows, set));
        continue;
      }
      // One group, or, of a single large cell, several.
      int count = Math.toIntExact(Math.max(1, (total + most - 1) / most));
      for (int cell : set) {
        firstGroup[cell] = groups;
        groupCount[cell] = count;
      }
      groups += count;
    }
    return new CellIndex(width, centroids, firstGroup, groupCount, groups);
  }

  /** Cuts a set of cells across the line between two distant cells, into halves with equal rows. */
  private static List<List<Integer>> halves(
      int width, float[] centroids, long[] rows, List<Integer> set) {
    int a = farthest(width, centroids, set, set.get(0));
    int b = farthest(width, centroids, set, a);
    var towardsA = new float[rows.length];
    for (int cell : set) {
      towardsA[cell] = dot(width, centroids, cell, a) - dot(width, centroids, cell, b);
    }
    List<Integer> sorted =
        set.stream()
            .sorted(Comparator.<Integer>comparingDouble(c -> towardsA[c]).thenComparing(c -> c))
            .toList();
    long total = set.stream().mapToLong(cell -> rows[cell]).sum();
    long before = 0;
    int cut = 0;
    while (cut < sorted.size() - 1 && (cut == 0 || 2 * before < total)) {
      before += rows[sorted.get(cut++)];
    }
    return List.of(sorted.subList(0, cut), sorted.subList(cut, sorted.size()));
  }

  private static int farthest(int width, float[] centroids, List<Integer> set, int from) {
    return set.stream()
        .min(
            Comparator.<Integer>comparingDouble(c -> dot(width, centroids, c, from))
                .thenComparing(c -> c))
        .orElseThrow();
  }

  private static float dot(int width, float[] values, int a, int b) {
    float sum = 0;
    for (int i = 0; i < width; i++) {
      sum += values[a * width + i] * values[b * width + i];
    }
    return sum;
  }
}
