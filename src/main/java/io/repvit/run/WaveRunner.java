package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.predict.ModelFiles;
import io.repvit.predict.Outcomes;
import io.repvit.predict.PartitionReport;
import io.repvit.spark4.SparkSql;
import io.repvit.spark4.SparkTasks;
import io.repvit.table.PredictionTable;
import io.repvit.table.QuarantineTable;
import io.repvit.table.TableWriter;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Computes the waves of one attempt. A wave is one Spark job; each of its tasks is a {@link
 * PartitionTask}. The rows are staged, and then the attempt writes the commit record of the wave.
 *
 * <p>It owns the broadcasts that all waves use: the models, the result cache and the Hadoop
 * configuration. {@link #close} destroys them.
 */
final class WaveRunner implements AutoCloseable {
  /** The tables of a run. */
  static final List<String> TABLES = List.of(PredictionTable.NAME, QuarantineTable.NAME);

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Attempt attempt;
  private final Broadcast<ModelFiles> models;
  private final Broadcast<Outcomes> outcomes;
  private final Broadcast<SerializableConfiguration> configuration;

  WaveRunner(SparkSession spark, ModelFiles models, Attempt attempt) {
    this.spark = spark;
    this.attempt = attempt;
    context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.models = context.broadcast(models);
    outcomes = context.broadcast(new Outcomes(Outcomes.MAX_BYTES));
    configuration = context.broadcast(new SerializableConfiguration(SparkSql.hadoop(spark)));
    attempt.onLoss(() -> context.cancelJobGroup(group()));
    context.setJobGroup(group(), attempt.key().toString(), false);
  }

  /** Computes one wave and stages its rows. */
  <T> void run(int wave, Partitioning partitioning, Plan.Partitions<T> partitions)
      throws UserException, IOException {
    attempt.requireLease();
    long start = System.nanoTime();
    Path folder = attempt.folder(wave);
    var predictions =
        TableWriter.stage(
            spark,
            new Path(folder, PredictionTable.NAME),
            PredictionTable.columns(
                attempt.spec().cascade() != null, attempt.spec().options().measures()));
    var quarantine =
        TableWriter.stage(spark, new Path(folder, QuarantineTable.NAME), QuarantineTable.SCHEMA);
    try {
      var task =
          new PartitionTask<>(
              partitions.source(),
              models,
              outcomes,
              attempt.spec().identity(),
              attempt.spec().cascade(),
              attempt.spec().options(),
              predictions,
              quarantine,
              configuration,
              spark.sparkContext().longAccumulator(RunJob.PROGRESS),
              context.getConf().getInt("spark.task.cpus", 1));
      JavaRDD<T> rdd = partitions.rdd();
      Partitioning.Range range = partitioning.range(wave, rdd.getNumPartitions());
      List<PartitionReport> reports =
          TaskResult.reports(
              context, SparkTasks.range(rdd, range.first(), range.end()).mapPartitions(task));
      predictions.commit();
      quarantine.commit();
      var report = reports.stream().reduce(PartitionReport.EMPTY, PartitionReport::plus);
      double seconds = (System.nanoTime() - start) / 1e9;
      attempt.done(wave, report, reports.size(), seconds, TABLES);
    } catch (Throwable t) {
      endTasks();
      predictions.abortAfter(t);
      quarantine.abortAfter(t);
      throw t;
    }
  }

  /** Cancels the jobs of the attempt and waits until its tasks have ended. */
  void endTasks() {
    RunningTasks.end(spark.sparkContext(), group());
  }

  private String group() {
    return "repvit " + attempt.name();
  }

  @Override
  public void close() {
    context.clearJobGroup();
    models.destroy();
    outcomes.destroy();
    configuration.destroy();
  }
}
