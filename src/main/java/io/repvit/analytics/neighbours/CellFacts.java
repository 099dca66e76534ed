package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.col;

import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What an approximate search did, and how good its answer is.
 *
 * @param cells number of cells
 * @param probes number of cells that a query was compared with
 * @param largestCell rows of the largest cell
 * @param groups number of groups of cells, which are the tasks
 * @param recallTarget the recall that the probes were chosen for; null if they were given
 * @param recall share of the exact neighbours that were found for a sample of queries, which did
 *     not choose the probes if the sample has at least {@link ProbeChoice#SPLIT_FROM}; null if it
 *     has no neighbours
 * @param recallQueries number of these queries
 */
public record CellFacts(
    int cells,
    int probes,
    long largestCell,
    int groups,
    @Nullable Double recallTarget,
    @Nullable Double recall,
    int recallQueries) {
  /** Cosines of the same pair can differ by this much, because sums are taken in other orders. */
  private static final float ROUNDING = 2e-6f;

  static CellFacts of(NeighbourSearch.Cells cells, NeighbourOptions options, Dataset<Row> written) {
    Piece sample = cells.sample();
    BestMatches exact = cells.exact();
    var measured = new ArrayList<Integer>();
    for (int query = 0; query < exact.rows(); query++) {
      if (ProbeChoice.measures(query, exact.rows()) && exact.count(query) > 0) {
        measured.add(query);
      }
    }
    Object[] paths = measured.stream().map(query -> sample.paths()[query]).toArray();
    Map<String, List<Float>> found = new HashMap<>();
    written
        .where(col("path").isin(paths).and(col("rank").isNotNull()))
        .select("path", "cosine")
        .collectAsList()
        .forEach(
            row ->
                found
                    .computeIfAbsent(row.getString(0), path -> new ArrayList<>())
                    .add(row.getFloat(1)));
    long wanted = 0;
    long hits = 0;
    for (int query : measured) {
      int count = exact.count(query);
      // Of rows with the same cosine, any counts.
      float last = exact.cosine(query, count - 1) - ROUNDING;
      wanted += count;
      hits +=
          found.getOrDefault(sample.paths()[query], List.of()).stream()
              .filter(cosine -> cosine >= last)
              .count();
    }
    return new CellFacts(
        cells.number(),
        cells.probes(),
        cells.largest(),
        cells.groups(),
        options.probes() > 0 ? null : options.recall(),
        wanted == 0 ? null : Math.min(1, (double) hits / wanted),
        measured.size());
  }
}
