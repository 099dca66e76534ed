package io.repvit.spark;

import io.repvit.inference.ModelFile;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One run on a cluster: a plan in, the tables {@link PredictionTable} and {@link QuarantineTable}
 * out. Every image of the plan ends in exactly one row of exactly one of them.
 */
public final class ClassifyRun {
  /** Name of the accumulator that counts objects as they are done, for listeners. */
  public static final String PROGRESS = "images";

  private final SparkSession spark;
  private final RunKey key;
  private final ModelFile model;
  private final Scorer scorer;
  private final ClassifyOptions options;

  public ClassifyRun(
      SparkSession spark, RunKey key, ModelFile model, Scorer scorer, ClassifyOptions options) {
    this.spark = spark;
    this.key = key;
    this.model = model;
    this.scorer = scorer;
    this.options = options;
  }

  /** How a run ended. */
  public sealed interface Result {
    /** What was counted. */
    PartitionReport report();

    /** Both tables stand; the manifest is the caller's to write. */
    record Published(PartitionReport report, int partitions) implements Result {}

    /** More objects were quarantined than {@code limit} allows; nothing was published. */
    record LimitExceeded(PartitionReport report, double limit) implements Result {}
  }

  /**
   * Classifies the images of {@code plan}.
   *
   * @throws InputException when the run already stands under its key, or the output cannot be
   *     written as configured
   * @throws IOException when the output's file system fails
   */
  public Result execute(Plan plan) throws InputException, IOException {
    Configuration configuration = spark.sessionState().newHadoopConf();
    FileSystem fs = key.fileSystem(configuration);
    requireUnpublished(key, fs);
    RunTable predictions = stage(fs, PredictionTable.NAME, PredictionTable.SCHEMA);
    RunTable quarantine = stage(fs, QuarantineTable.NAME, QuarantineTable.SCHEMA);
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ModelFile> broadcast = context.broadcast(model);
    Broadcast<Outcomes> outcomes = context.broadcast(new Outcomes(Outcomes.MAX_BYTES));
    boolean published = false;
    try {
      List<PartitionReport> reports =
          run(
              context,
              plan.partitions(context, options),
              predictions,
              quarantine,
              broadcast,
              outcomes,
              configuration);
      var report = reports.stream().reduce(PartitionReport.EMPTY, PartitionReport::plus);
      requireEverything(plan, report);
      // What failed before fails again in most nights, and there may be little else to do.
      long before = plan.failedBefore();
      if (report.quarantinedTotal() - before
          > options.maxQuarantineRate() * (report.rows() - before)) {
        return new Result.LimitExceeded(report, options.maxQuarantineRate());
      }
      predictions.commit();
      quarantine.commit();
      published = true;
      return new Result.Published(report, reports.size());
    } finally {
      if (!published) {
        drop(fs, predictions, quarantine);
      }
      broadcast.destroy();
      outcomes.destroy();
    }
  }

  /**
   * Takes a published run back, for want of a manifest: a table must not stand without one. A
   * manifest of which only the confirmation was lost goes first, so that none stands without its
   * tables either.
   */
  public void withdraw() throws IOException {
    FileSystem fs = new Path(key.output()).getFileSystem(spark.sessionState().newHadoopConf());
    try {
      fs.delete(key.manifest().getParent(), true);
    } catch (ParentNotDirectoryException e) {
      // Something else stands in its place, so no manifest does.
    }
    fs.delete(key.folder(PredictionTable.NAME), true);
    fs.delete(key.folder(QuarantineTable.NAME), true);
  }

  /**
   * A run is published once.
   *
   * @throws InputException when it stands already
   */
  public static void requireUnpublished(RunKey key, FileSystem fs)
      throws InputException, IOException {
    if (fs.exists(key.manifest())) {
      throw new InputException(
          "run %s of %s is already published, see %s; choose another --run-id"
              .formatted(key.id(), key.date(), key.manifest()));
    }
  }

  private <T> List<PartitionReport> run(
      JavaSparkContext context,
      Plan.Partitions<T> partitions,
      RunTable predictions,
      RunTable quarantine,
      Broadcast<ModelFile> broadcast,
      Broadcast<Outcomes> outcomes,
      Configuration configuration) {
    var task =
        new PartitionTask<>(
            partitions.source(),
            broadcast,
            outcomes,
            scorer,
            options,
            predictions,
            quarantine,
            context.broadcast(new SerializableConfiguration(configuration)),
            spark.sparkContext().longAccumulator(PROGRESS),
            context.getConf().getInt("spark.task.cpus", 1));
    return partitions.rdd().mapPartitions(task).collect();
  }

  /** Leftovers of an attempt that died while it published are dropped: no manifest vouches. */
  private RunTable stage(FileSystem fs, String table, StructType schema)
      throws IOException, InputException {
    Path folder = key.folder(table);
    fs.delete(folder, true);
    return RunTable.stage(spark, folder, schema);
  }

  private void drop(FileSystem fs, RunTable predictions, RunTable quarantine) throws IOException {
    predictions.abort();
    quarantine.abort();
    fs.delete(key.folder(PredictionTable.NAME), true);
    fs.delete(key.folder(QuarantineTable.NAME), true);
  }

  private static void requireEverything(Plan plan, PartitionReport report) {
    if (report.entries() != plan.entries()) {
      throw new IllegalStateException(
          "%d of %d entries of the plan were read; nothing is published"
              .formatted(report.entries(), plan.entries()));
    }
    if (report.rows() != plan.images().orElse(report.rows())) {
      throw new IllegalStateException(
          "%d images were listed and %d rows made; nothing is published"
              .formatted(plan.images().getAsLong(), report.rows()));
    }
  }
}
