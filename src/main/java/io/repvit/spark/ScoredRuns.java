package io.repvit.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;

import io.repvit.input.Scored;
import io.repvit.run.RunKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The runs that stand below an output: those with a manifest. */
final class ScoredRuns {
  private ScoredRuns() {}

  /**
   * What published runs have scored as {@code scorer} would; nothing if there is none.
   *
   * @param key tells the output
   * @throws IOException when the runs cannot be listed
   */
  static Optional<Scored> published(RunKey key, Scorer scorer, SparkSession spark)
      throws IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    Path output = new Path(key.output());
    FileSystem fs = output.getFileSystem(configuration);
    List<String> runs = runs(fs, new Path(output, "runs"));
    Path predictions = new Path(output, PredictionTable.NAME);
    Path quarantine = new Path(output, QuarantineTable.NAME);
    if (runs.isEmpty() || !fs.exists(predictions) || !fs.exists(quarantine)) {
      return Optional.empty();
    }
    return Optional.of(
        Scored.published(
            table(spark, predictions, PredictionTable.SCHEMA, runs).where(scorer.madeRow()),
            table(spark, quarantine, QuarantineTable.SCHEMA, runs)));
  }

  /** As {@code date/id}. On S3 this is one request per thousand files. */
  private static List<String> runs(FileSystem fs, Path folder) throws IOException {
    var runs = new ArrayList<String>();
    try {
      RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder, true);
      while (files.hasNext()) {
        Path file = files.next().getPath();
        if (file.getName().equals(RunKey.MANIFEST)) {
          runs.add(value(file.getParent().getParent()) + "/" + value(file.getParent()));
        }
      }
    } catch (FileNotFoundException e) {
      // No run has ended here.
    }
    return runs;
  }

  private static String value(Path folder) {
    return folder.getName().replaceFirst("^[^=]*=", "");
  }

  private static Dataset<Row> table(
      SparkSession spark, Path folder, StructType schema, List<String> runs) {
    // As text: guessed, the runs 1 and 01 would be one.
    StructType all = schema.add("run_date", "string").add("run_id", "string");
    return spark
        .read()
        .schema(all)
        .parquet(folder.toString())
        .where(concat_ws("/", col("run_date"), col("run_id")).isInCollection(runs));
  }
}
