package io.repvit.table;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The published runs that can be deleted: those that are old, and those whose images a newer model
 * has classified. The newest run is always kept.
 *
 * <pre>{@code
 * var pruning = Pruning.plan(spark, "s3a://lake/tables", new Pruning.Rule(90, true), today);
 * pruning.runs().forEach(System.out::println);
 * pruning.delete();
 * }</pre>
 */
public final class Pruning {
  /** Marks a run whose deletion has begun. The next pruning finishes it. */
  private static final String BEGUN = "_pruning";

  private static final List<String> TABLES = ScoredRuns.TABLES;

  private static final StructType RUNS =
      new StructType()
          .add("run_date", DataTypes.StringType)
          .add("run_id", DataTypes.StringType)
          .add("position", DataTypes.IntegerType)
          .add("models", DataTypes.StringType)
          .add("deleted", DataTypes.IntegerType);

  private final FileSystem fs;
  private final String output;
  private final int published;
  private final List<Run> runs;

  /** Runs that the compactions among {@link #runs} have replaced. */
  private final List<RunKey> replaced;

  private final long lost;
  private final List<RunKey> begun;

  private Pruning(
      FileSystem fs,
      String output,
      int published,
      List<Run> runs,
      List<RunKey> replaced,
      long lost,
      List<RunKey> begun) {
    this.fs = fs;
    this.replaced = replaced;
    this.output = output;
    this.published = published;
    this.runs = List.copyOf(runs);
    this.lost = lost;
    this.begun = begun;
  }

  /**
   * Which runs to delete.
   *
   * @param olderThanDays deletes runs whose date is more than so many days before today; null
   *     deletes none for their age
   * @param superseded deletes runs with no image whose newest prediction is of the same model
   */
  public record Rule(@Nullable Integer olderThanDays, boolean superseded) {
    public Rule {
      if (olderThanDays != null && olderThanDays < 1) {
        throw new IllegalArgumentException(
            "olderThanDays is " + olderThanDays + ", expected at least 1");
      }
      if (olderThanDays == null && !superseded) {
        throw new IllegalArgumentException("the rule deletes nothing");
      }
    }
  }

  /** Why a run is deleted. */
  public enum Reason {
    /** Its date is before the limit. */
    OLD,
    /** A newer model has classified all its images. */
    SUPERSEDED
  }

  /**
   * A run that is deleted.
   *
   * @param rows rows in its table of predictions
   * @param bytes length of the files of both tables
   */
  public record Run(String date, String id, long rows, long bytes, Reason reason) {}

  /**
   * Decides what to delete, and deletes nothing. Costs two shuffles of the paths of all
   * predictions.
   *
   * @throws UserException if no run is published below {@code output}, or its tables are elsewhere
   */
  public static Pruning plan(SparkSession spark, String output, Rule rule, LocalDate today)
      throws UserException, IOException {
    var root = new Path(output);
    FileSystem fs = root.getFileSystem(SparkSql.hadoop(spark));
    List<ScoredRuns.Published> found = ScoredRuns.below(fs, root);
    List<RunKey> begun = begun(fs, output);
    if (found.isEmpty() && begun.isEmpty()) {
      throw new UserException(
          output + " has no published run, expected the output of classify; see docs/runs.md");
    }
    if (!found.isEmpty() && found.stream().allMatch(run -> run.tables().isEmpty())) {
      throw new UserException(
          "the runs of "
              + output
              + " have no tables there; rows of Iceberg tables are deleted with SQL, see"
              + " docs/tables.md");
    }
    List<Known> known = known(spark, root, found);
    Set<String> superseded = rule.superseded() ? superseded(spark, root, found, known) : Set.of();
    var deleted = new ArrayList<Known>();
    var runs = new ArrayList<Run>();
    // The last one is the newest run.
    for (Known run : known.subList(0, Math.max(0, known.size() - 1))) {
      Integer days = rule.olderThanDays();
      boolean old = days != null && LocalDate.parse(run.date).isBefore(today.minusDays(days));
      if (old || superseded.contains(run.name())) {
        deleted.add(run);
        runs.add(
            new Run(run.date, run.id, run.rows, run.bytes, old ? Reason.OLD : Reason.SUPERSEDED));
      }
    }
    long lost = deleted.isEmpty() ? 0 : lost(spark, root, found, known, deleted);
    List<RunKey> replaced =
        deleted.stream()
            .flatMap(run -> run.replaces.stream().map(id -> key(output, run.date, id)))
            .toList();
    return new Pruning(fs, output, found.size(), runs, replaced, lost, begun);
  }

  /** A published run, and what its rows tell. Runs are sorted from the oldest to the newest. */
  private record Known(
      String date,
      String id,
      long rows,
      long bytes,
      List<String> replaces,
      String models,
      long newest) {
    static Known of(ScoredRuns.Published run, long rows, String models, long newest) {
      long bytes = TABLES.stream().mapToLong(table -> run.size(table).bytes()).sum();
      return new Known(run.date(), run.id(), rows, bytes, run.replaces(), models, newest);
    }

    String name() {
      return date + "/" + id;
    }
  }

  private static List<Known> known(
      SparkSession spark, Path output, List<ScoredRuns.Published> found) {
    Map<String, Row> rows = new HashMap<>();
    for (Row row :
        predictions(spark, output, found)
            .groupBy("run_date", "run_id")
            .agg(
                count(lit(1)),
                min("model_sha256"),
                max("model_sha256"),
                max(col("predicted_at").cast("double")))
            .collectAsList()) {
      rows.put(row.getString(0) + "/" + row.getString(1), row);
    }
    return found.stream()
        .map(
            run -> {
              Row row = rows.get(run.date() + "/" + run.id());
              return row == null
                  ? Known.of(run, 0, "", 0)
                  : Known.of(
                      run,
                      row.getLong(2),
                      row.getString(3) + " " + row.getString(4),
                      (long) row.getDouble(5));
            })
        .sorted(
            Comparator.comparing(Known::date).thenComparing(Known::newest).thenComparing(Known::id))
        .toList();
  }

  /** The runs all of whose images have a newer prediction, the newest by another model. */
  private static Set<String> superseded(
      SparkSession spark, Path output, List<ScoredRuns.Published> found, List<Known> known) {
    var byPath = Window.partitionBy("path");
    return numbered(spark, output, found, known, List.of())
        .withColumn("last", max(struct("position", "models")).over(byPath))
        .groupBy("run_date", "run_id")
        .agg(sum(when(col("last.models").equalTo(col("models")), 1).otherwise(0)).as("current"))
        .where("current = 0")
        .selectExpr("concat(run_date, '/', run_id)")
        .as(Encoders.STRING())
        .collectAsList()
        .stream()
        .collect(Collectors.toSet());
  }

  /** Number of paths whose rows are all deleted. */
  private static long lost(
      SparkSession spark,
      Path output,
      List<ScoredRuns.Published> found,
      List<Known> known,
      List<Known> deleted) {
    return numbered(spark, output, found, known, deleted)
        .groupBy("path")
        .agg(min("deleted").as("deleted"))
        .where("deleted = 1")
        .count();
  }

  /** The rows of all runs with the position, models and fate of their run. */
  private static Dataset<Row> numbered(
      SparkSession spark,
      Path output,
      List<ScoredRuns.Published> found,
      List<Known> known,
      List<Known> deleted) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < known.size(); i++) {
      Known run = known.get(i);
      rows.add(RowFactory.create(run.date, run.id, i, run.models, deleted.contains(run) ? 1 : 0));
    }
    return predictions(spark, output, found)
        .select("path", "run_date", "run_id")
        .join(broadcast(spark.createDataFrame(rows, RUNS)), new String[] {"run_date", "run_id"});
  }

  private static Dataset<Row> predictions(
      SparkSession spark, Path output, List<ScoredRuns.Published> found) {
    var table = new Path(output, PredictionTable.NAME);
    List<ScoredRuns.Published> runs =
        found.stream().filter(run -> run.tables().containsKey(PredictionTable.NAME)).toList();
    var columns = new StructType();
    for (String name : List.of("path", "model_sha256", "predicted_at")) {
      columns = columns.add(PredictionTable.SCHEMA.apply(name));
    }
    columns = ScoredRuns.partitioned(columns);
    return runs.isEmpty()
        ? spark.createDataFrame(List.of(), columns)
        : spark
            .read()
            .option("basePath", table.toString())
            .schema(columns)
            .parquet(ScoredRuns.folders(table, runs, ""));
  }

  /** Runs whose deletion has begun, and that no attempt has begun to write again. */
  private static List<RunKey> begun(FileSystem fs, String output) throws IOException {
    var begun = new ArrayList<>(MarkedRuns.unpublished(fs, output, BEGUN));
    begun.removeAll(Staging.runs(fs, output));
    return begun;
  }

  /** Number of published runs before the deletion. */
  public int published() {
    return published;
  }

  /** The runs that are deleted, the oldest first. */
  public List<Run> runs() {
    return runs;
  }

  /** Number of images that then have no prediction; a later run classifies them again. */
  public long lost() {
    return lost;
  }

  /**
   * Deletes the runs. A run is first withdrawn, by the deletion of its manifest, and then its
   * tables are deleted. A deletion that fails midway is finished by the next pruning.
   */
  public void delete() throws IOException {
    // Readers leave them out as long as the compaction is published, so they are deleted first.
    for (RunKey key : replaced) {
      finish(key);
    }
    for (Run run : runs) {
      RunKey key = key(output, run.date(), run.id());
      WholeFile.write(fs, new Path(key.folder(RunKey.RUNS), BEGUN), new byte[0]);
      fs.delete(key.manifest(), false);
      finish(key);
    }
    for (RunKey key : begun) {
      finish(key);
    }
  }

  private static RunKey key(String output, String date, String id) {
    return new RunKey(output, LocalDate.parse(date), id);
  }

  private void finish(RunKey key) throws IOException {
    for (String table : TABLES) {
      fs.delete(key.folder(table), true);
    }
    fs.delete(key.folder(RunKey.RUNS), true);
  }
}
