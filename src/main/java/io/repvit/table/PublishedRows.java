package io.repvit.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.row_number;

import io.repvit.spark4.SparkSql;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;

/** The predictions of all published runs below one output. */
public final class PublishedRows {
  private PublishedRows() {}

  /** Whether {@code output} has the folder of manifests that runs write. */
  public static boolean areBelow(SparkSession spark, String output) throws IOException {
    var manifests = new Path(output, RunKey.RUNS);
    return fileSystem(spark, manifests).exists(manifests);
  }

  /**
   * The newest prediction of each path and model; empty if no run is published. The rows have the
   * columns of all runs; a column that a run does not have is null in its rows. Several runs cost
   * one shuffle.
   */
  public static Dataset<Row> latest(SparkSession spark, String output) throws IOException {
    var root = new Path(output);
    List<ScoredRuns.Published> runs =
        ScoredRuns.below(fileSystem(spark, root), root).stream()
            .filter(run -> run.tables().containsKey(PredictionTable.NAME))
            .toList();
    if (runs.isEmpty()) {
      return spark.createDataFrame(List.of(), ScoredRuns.partitioned(PredictionTable.SCHEMA));
    }
    Dataset<Row> rows = ScoredRuns.rows(spark, root, PredictionTable.NAME, runs);
    if (runs.size() == 1 && runs.get(0).replaces().isEmpty()) {
      return rows;
    }
    return newest(
        rows, List.of("path", "model_sha256"), col("run_date").desc(), col("run_id").desc());
  }

  /**
   * The row with the latest {@code predicted_at} of each key; a row without one is the oldest.
   *
   * @param ties order of rows of the same time; the first one is taken
   */
  public static Dataset<Row> newest(Dataset<Row> rows, List<String> key, Column... ties) {
    var order = new ArrayList<>(List.of(col("predicted_at").desc_nulls_last()));
    order.addAll(List.of(ties));
    var newest =
        Window.partitionBy(key.stream().map(functions::col).toArray(Column[]::new))
            .orderBy(order.toArray(Column[]::new));
    return rows.withColumn("_newest", row_number().over(newest))
        .where(col("_newest").equalTo(1))
        .drop("_newest");
  }

  private static FileSystem fileSystem(SparkSession spark, Path path) throws IOException {
    return path.getFileSystem(SparkSql.hadoop(spark));
  }
}
