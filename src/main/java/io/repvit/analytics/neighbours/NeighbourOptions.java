package io.repvit.analytics.neighbours;

import java.util.Locale;

/**
 * How {@link Neighbours} are searched.
 *
 * @param k neighbours per query
 * @param method whether all pairs are compared
 * @param recall share of the exact neighbours that {@link Method#IVF} shall find; chooses the
 *     probes if {@code probes} is 0
 * @param cells number of cells; 0 for twice the square root of the number of rows
 * @param probes number of cells that a query is compared with; 0 to choose it by {@code recall}
 * @param sample number of queries whose neighbours are also searched exactly, to measure the recall
 * @param blockMiB largest size of a block of embeddings; a task holds two of them
 * @param seed of all samples
 */
public record NeighbourOptions(
    int k,
    Method method,
    double recall,
    int cells,
    int probes,
    int sample,
    int blockMiB,
    long seed) {

  /** The 10 nearest rows of each row, by comparing all pairs. */
  public static final NeighbourOptions DEFAULT =
      new NeighbourOptions(10, Method.EXACT, 0.95, 0, 0, 2000, 32, 15);

  private static final int MOST_NEIGHBOURS = 1000;
  private static final int MOST_CELLS = 1 << 16;
  private static final int MOST_SAMPLED = 10_000;
  private static final int PIECE_ROWS = 4096;

  /** What a query is compared with. */
  public enum Method {
    /** All rows. */
    EXACT,
    /** The rows in the cells that are nearest to the query (inverted file). */
    IVF
  }

  public NeighbourOptions {
    require("k", k, 1, MOST_NEIGHBOURS);
    require("cells", cells, 0, MOST_CELLS);
    require("probes", probes, 0, MOST_CELLS);
    require("sample", sample, 1, MOST_SAMPLED);
    require("block-mib", blockMiB, 1, 1024);
    if (!(recall > 0 && recall <= 1)) {
      throw new IllegalArgumentException(
          "recall is " + recall + ", expected more than 0 and at most 1");
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s is %d, expected %d to %d", name, value, least, most));
    }
  }

  public NeighbourOptions withK(int number) {
    return new NeighbourOptions(number, method, recall, cells, probes, sample, blockMiB, seed);
  }

  public NeighbourOptions withMethod(Method other) {
    return new NeighbourOptions(k, other, recall, cells, probes, sample, blockMiB, seed);
  }

  BlockSizes sizes() {
    return new BlockSizes((long) blockMiB << 20, PIECE_ROWS);
  }

  /** Returns the number of cells for a table. */
  int cells(long rows) {
    long wanted = cells > 0 ? cells : Math.round(2 * Math.sqrt(rows));
    return (int) Math.max(1, Math.min(Math.min(wanted, MOST_CELLS), rows));
  }
}
