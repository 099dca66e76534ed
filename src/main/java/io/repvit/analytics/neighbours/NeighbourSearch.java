package io.repvit.analytics.neighbours;

import io.repvit.UserException;
import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import io.repvit.analytics.neighbours.Matches.Partial;
import io.repvit.analytics.neighbours.NeighbourOptions.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A search for nearest rows.
 *
 * @param rows rows of {@link Matches#SCHEMA}; Spark computes them when they are used
 * @param cells facts about the cells; null if all pairs are compared
 */
record NeighbourSearch(Dataset<Row> rows, @Nullable Cells cells) {
  /**
   * Facts about the cells of a search.
   *
   * @param number number of cells
   * @param probes number of cells that a query is compared with
   * @param largest rows of the largest cell
   * @param groups number of groups of cells
   * @param sample queries that were also searched exactly
   * @param exact their exact neighbours
   */
  record Cells(int number, int probes, long largest, int groups, Piece sample, BestMatches exact) {}

  /**
   * Starts a search.
   *
   * @param among the rows among which neighbours are searched
   * @param queries the rows whose neighbours are searched; {@code among} itself for all its rows
   * @param notItself whether a row is no neighbour of a query with the same path
   * @throws UserException if the widths differ
   */
  static NeighbourSearch of(
      EmbeddingBlocks among, EmbeddingBlocks queries, boolean notItself, NeighbourOptions options)
      throws UserException {
    if (queries.width() != among.width() && queries.width() > 0 && among.width() > 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings of the queries have the width %d, those of the table %d; use"
                  + " embeddings of the same model",
              queries.width(),
              among.width()));
    }
    var context = JavaSparkContext.fromSparkContext(among.spark().sparkContext());
    if (queries.width() == 0 || among.width() == 0) {
      return new NeighbourSearch(
          Matches.rows(queries, among, context.emptyRDD(), options.k()), null);
    }
    int pieceRows = options.sizes().pieceRows();
    if (options.method() == Method.EXACT) {
      JavaRDD<Partial> found =
          queries == among && notItself
              ? ExactSearch.within(among, options.k(), pieceRows)
              : ExactSearch.among(among, queries.rdd(), options.k(), notItself, pieceRows);
      return new NeighbourSearch(Matches.rows(queries, among, found, options.k()), null);
    }
    return inCells(among, queries, notItself, options);
  }

  private static NeighbourSearch inCells(
      EmbeddingBlocks among, EmbeddingBlocks queries, boolean notItself, NeighbourOptions options) {
    float[] centroids = CellTraining.centroids(among, options.cells(among.rows()), options.seed());
    Piece sample = sample(queries, options.sample(), options.seed() + 1);
    CellSurvey survey = CellSurvey.of(among, centroids, sample, options.k(), notItself);
    int number = survey.rows().length;
    int probes =
        options.probes() > 0
            ? Math.min(options.probes(), number)
            : ProbeChoice.of(centroids, among.width(), sample.values(), survey)
                .probes(options.recall());
    CellIndex index =
        CellIndex.of(among.width(), centroids, survey.rows(), rowsOfGroup(among, options));
    JavaRDD<Partial> found =
        CellSearch.among(
            among,
            queries.rdd(),
            index,
            probes,
            options.k(),
            notItself,
            options.sizes().pieceRows());
    return new NeighbourSearch(
        Matches.rows(queries, among, found, options.k()),
        new Cells(
            number,
            probes,
            Arrays.stream(survey.rows()).max().orElse(0),
            index.groups(),
            sample,
            survey.best()));
  }

  /** As many rows as a block has, so that groups need as much memory and are as many. */
  private static long rowsOfGroup(EmbeddingBlocks among, NeighbourOptions options) {
    long most = options.sizes().blockBytes() / Float.BYTES / among.width();
    return Math.max(1, Math.min(most, 2 * among.rows() / among.count()));
  }

  private static Piece sample(EmbeddingBlocks queries, int most, long seed) {
    int perBlock = (most + queries.count() - 1) / queries.count();
    int width = queries.width();
    List<Piece> parts =
        queries
            .rdd()
            .map(
                block -> {
                  int[] rows = CellTraining.choose(block, perBlock, seed);
                  String[] paths =
                      Arrays.stream(rows).mapToObj(r -> block.paths()[r]).toArray(String[]::new);
                  return new Piece(
                      block.block(), 0, paths, CellTraining.rows(block, perBlock, seed));
                })
            .collect();
    var paths = new ArrayList<String>();
    parts.forEach(part -> paths.addAll(List.of(part.paths())));
    int count = Math.min(most, paths.size());
    var values = new float[count * width];
    int at = 0;
    for (Piece part : parts) {
      int length = Math.min(part.values().length, values.length - at);
      System.arraycopy(part.values(), 0, values, at, length);
      at += length;
    }
    return new Piece(0, 0, paths.subList(0, count).toArray(String[]::new), values);
  }
}
