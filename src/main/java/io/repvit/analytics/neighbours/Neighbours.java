package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.neighbours.NeighbourSummary.Bar;
import io.repvit.report.Page;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table whose embeddings have the largest cosines with that of a query.
 *
 * <pre>{@code
 * Dataset<Row> table = Predictions.read(spark, "s3a://lake/tables", null, "path", "embedding");
 * var neighbours = Neighbours.ofAll(table, "s3a://lake/tables", NeighbourOptions.DEFAULT);
 * NeighbourSummary summary = ResultFolder.create(spark, "s3a://lake/near", false).write(neighbours);
 * }</pre>
 *
 * <p>Rows: {@code path} of the query, {@code rank} from 1, {@code neighbour}, which is a path, and
 * {@code cosine}. A query without neighbours has one row, with the reason in {@code problem}.
 */
public final class Neighbours implements Analysis<NeighbourSummary> {
  private static final int BARS_PER_UNIT = 50;

  private final Dataset<Row> among;
  private final @Nullable Dataset<Row> queries;
  private final boolean notItself;
  private final String subject;
  private final NeighbourOptions options;
  private @Nullable Started started;

  private record Started(
      EmbeddingBlocks among, EmbeddingBlocks queries, NeighbourSearch search, long nanos) {}

  private Neighbours(
      Dataset<Row> among,
      @Nullable Dataset<Row> queries,
      boolean notItself,
      String subject,
      NeighbourOptions options) {
    this.among = among;
    this.queries = queries;
    this.notItself = notItself;
    this.subject = subject;
    this.options = options;
  }

  /**
   * The neighbours of all rows among the other rows.
   *
   * @param table columns {@code path}, one row per path, and {@code embedding}
   * @param subject what the page is about, such as the place of the table
   */
  public static Neighbours ofAll(Dataset<Row> table, String subject, NeighbourOptions options) {
    return new Neighbours(table, null, true, subject, options);
  }

  /**
   * The neighbours of some rows of a table among its other rows.
   *
   * @param paths the paths of these rows, at most 1,000
   * @throws UserException if the table has no such path
   */
  public static Neighbours ofPaths(
      List<String> paths, Dataset<Row> table, String subject, NeighbourOptions options)
      throws UserException {
    return new Neighbours(table, NeighbourQueries.ofPaths(paths, table), true, subject, options);
  }

  /**
   * The neighbours of images, which are classified first.
   *
   * @param images paths or URIs of image files, at most 1,000
   * @param model the model file that the rows of the table were made with
   * @throws UserException if an image cannot be classified
   */
  public static Neighbours ofImages(
      List<String> images,
      String model,
      Dataset<Row> table,
      String subject,
      NeighbourOptions options)
      throws UserException {
    Dataset<Row> queries =
        NeighbourQueries.ofImages(table.sparkSession(), images, model, model(table));
    return new Neighbours(table, queries, false, subject, options);
  }

  /**
   * The neighbours of the rows of one table among all rows of another one.
   *
   * @throws UserException if the tables name different models
   */
  public static Neighbours ofTable(
      Dataset<Row> queries, Dataset<Row> table, String subject, NeighbourOptions options)
      throws UserException {
    String ofQueries = model(queries);
    String ofTable = model(table);
    if (ofQueries != null && ofTable != null && !ofQueries.equals(ofTable)) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings of the queries are of the model %s, those of the table of %s; classify"
                  + " both with one model",
              ofQueries,
              ofTable));
    }
    return new Neighbours(table, queries, false, subject, options);
  }

  /** The model of a table that has the rows of one model, or null. */
  private static @Nullable String model(Dataset<Row> table) {
    if (!List.of(table.columns()).contains("model_sha256")) {
      return null;
    }
    List<Row> first = table.select("model_sha256").limit(1).collectAsList();
    return first.isEmpty() ? null : first.get(0).getString(0);
  }

  @Override
  public Dataset<Row> rows() throws UserException {
    long nanos = System.nanoTime();
    EmbeddingBlocks all = EmbeddingBlocks.of(among, options.sizes());
    EmbeddingBlocks asked = queries == null ? all : EmbeddingBlocks.of(queries, options.sizes());
    NeighbourSearch search = NeighbourSearch.of(all, asked, notItself, options);
    started = new Started(all, asked, search, nanos);
    return search.rows();
  }

  private Started started() {
    if (started == null) {
      throw new IllegalStateException("the summary is asked for before the rows");
    }
    return started;
  }

  @Override
  public NeighbourSummary summary(Dataset<Row> written) {
    Started s = started();
    double seconds = (System.nanoTime() - s.nanos()) / 1e9;
    var problems = new TreeMap<String, Long>();
    written
        .where(col("problem").isNotNull())
        .groupBy("problem")
        .count()
        .collectAsList()
        .forEach(row -> problems.put(row.getString(0), row.getLong(1)));
    NeighbourSearch.Cells cells = s.search().cells();
    return new NeighbourSummary(
        s.queries().rows(),
        s.among().rows(),
        s.among().width(),
        options.k(),
        options.method().name().toLowerCase(Locale.ROOT),
        written.where(col("rank").isNotNull()).count(),
        problems,
        queries == null ? Map.of() : s.among().rejected(),
        cells == null ? null : CellFacts.of(cells, options, written),
        bars(written.where(col("rank").equalTo(1))),
        bars(written.where(col("rank").equalTo(options.k()))),
        seconds);
  }

  /** A histogram of cosines; its number of bars is bounded, because cosines are. The last has 1. */
  private static List<Bar> bars(Dataset<Row> rows) {
    var bar = least(floor(col("cosine").multiply(BARS_PER_UNIT)), lit(BARS_PER_UNIT - 1L));
    return rows.groupBy(bar.as("bar")).agg(count(lit(1))).orderBy("bar").collectAsList().stream()
        .map(row -> new Bar(row.getLong(0) / (double) BARS_PER_UNIT, row.getLong(1)))
        .toList();
  }

  @Override
  public String text(NeighbourSummary summary) {
    return summary.text();
  }

  @Override
  public Page page(Dataset<Row> written, NeighbourSummary summary) {
    return NeighbourPage.of(written, summary, subject, options);
  }
}
