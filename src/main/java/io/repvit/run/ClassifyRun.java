package io.repvit.run;

import io.repvit.UserException;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.metrics.Drift;
import io.repvit.metrics.RunMetrics;
import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.predict.Outcomes;
import io.repvit.predict.PartitionReport;
import io.repvit.source.Quarantined;
import io.repvit.spark4.SparkSql;
import io.repvit.spark4.SparkTasks;
import io.repvit.table.PredictionTable;
import io.repvit.table.Publisher;
import io.repvit.table.QuarantineTable;
import io.repvit.table.RunKey;
import io.repvit.table.RunTable;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * One run on a cluster: a plan in, the tables {@link PredictionTable} and {@link QuarantineTable}
 * out. Every image of the plan ends in exactly one row of exactly one of them.
 *
 * <p>The partitions are done in waves. Each wave is one job, whose rows are staged; when all stand,
 * they are published together.
 */
public final class ClassifyRun {
  /** Name of the accumulator that counts objects as they are done, for listeners. */
  public static final String PROGRESS = "images";

  private static final List<String> TABLES = List.of(PredictionTable.NAME, QuarantineTable.NAME);

  private final SparkSession spark;
  private final ModelFile model;
  private final Publisher publisher;
  private final Phase.Observer phases;

  /**
   * A run of {@code model}.
   *
   * @param phases is told of the phases after listing
   */
  public ClassifyRun(
      SparkSession spark, ModelFile model, Publisher publisher, Phase.Observer phases) {
    this.spark = spark;
    this.model = model;
    this.publisher = publisher;
    this.phases = phases;
  }

  public ClassifyRun(SparkSession spark, ModelFile model, Publisher publisher) {
    this(spark, model, publisher, phase -> {});
  }

  /** How a run ended. */
  public sealed interface Result {
    /** What was counted. */
    PartitionReport report();

    /**
     * The tables stand; the manifest is the caller's to write.
     *
     * @param report of all attempts
     * @param partitions tasks of all waves
     * @param waves how many
     * @param attempts that computed them
     * @param seconds wall time of the waves, and of publishing
     * @param drift from the run before
     */
    record Published(
        PartitionReport report,
        int partitions,
        int waves,
        int attempts,
        double seconds,
        Drift drift)
        implements Result {

      /** The same with what was measured elsewhere. */
      public Published measured(RunMetrics more) {
        return new Published(report.plus(more), partitions, waves, attempts, seconds, drift);
      }
    }

    /** More objects were quarantined than {@code limit} allows; nothing is published or kept. */
    record LimitExceeded(PartitionReport report, double limit) implements Result {}

    /** The gate stays closed; nothing is published, and the next attempt goes on from here. */
    record Drifted(PartitionReport report, Drift drift) implements Result {}
  }

  /** As {@link #execute(Attempt, RunPlan, Gate)}, whatever came before. */
  public Result execute(Attempt attempt, RunPlan planned) throws UserException, IOException {
    return execute(attempt, planned, Gate.OPEN);
  }

  /**
   * Classifies the images of a plan that are not done yet, and publishes the run.
   *
   * @param planned by {@code attempt}
   * @param gate asked before anything is published
   * @throws UserException when the input is not what the run was begun with, or the output cannot
   *     be written as configured
   * @throws IOException when the output's file system fails, or another attempt took the run over
   */
  public Result execute(Attempt attempt, RunPlan planned, Gate gate)
      throws UserException, IOException {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    String group = group(attempt);
    attempt.onLoss(() -> context.cancelJobGroup(group));
    context.setJobGroup(group, attempt.key().toString(), false);
    var shared =
        new Shared(
            context.broadcast(model),
            context.broadcast(new Outcomes(Outcomes.MAX_BYTES)),
            context.broadcast(new SerializableConfiguration(SparkSql.hadoop(spark))));
    try {
      return execute(attempt, planned, gate, context, shared);
    } catch (Exception e) {
      // A job that was cancelled, or rows that another attempt deleted, are no cause.
      try {
        attempt.requireLease();
      } catch (LeaseException lost) {
        throw lost;
      } catch (IOException unknown) {
        e.addSuppressed(unknown);
      }
      UserException refused = UserException.causeOf(e);
      // The driver has tried the model out: one that fails in a task lacks memory there.
      if (refused != null && !(refused instanceof ModelException)) {
        throw refused;
      }
      throw e;
    } finally {
      context.clearJobGroup();
      shared.model().destroy();
      shared.outcomes().destroy();
      shared.configuration().destroy();
    }
  }

  /** What executors keep for all waves. */
  private record Shared(
      Broadcast<ModelFile> model,
      Broadcast<Outcomes> outcomes,
      Broadcast<SerializableConfiguration> configuration) {}

  private Result execute(
      Attempt attempt, RunPlan planned, Gate gate, JavaSparkContext context, Shared shared)
      throws UserException, IOException {
    phases.enter(Phase.CLASSIFYING);
    var divided = attempt.divide(planned, context.defaultParallelism());
    Plan plan = planned.plan();
    for (int wave = 0; wave < divided.partitioning().waves(); wave++) {
      if (!attempt.waves().containsKey(wave)) {
        attempt.requireLease();
        wave(attempt, wave, divided.partitioning(), divided.partitions(), context, shared);
      }
      // The rows of shards are not known before they are all read.
      if (exceedsLimit(attempt, plan, plan.images().orElse(Long.MAX_VALUE))) {
        return refuse(attempt);
      }
    }
    PartitionReport report = attempt.report();
    requireEverything(plan, report);
    if (exceedsLimit(attempt, plan, report.rows())) {
      return refuse(attempt);
    }
    Drift drift = gate.judge(report);
    if (drift.exceeded()) {
      return new Result.Drifted(report, drift);
    }
    long start = System.nanoTime();
    phases.enter(Phase.MERGING);
    try {
      attempt.publish(publisher, TABLES, phases);
    } catch (Exception e) {
      // SparkException too, which Spark's Scala throws undeclared.
      RunningTasks.end(spark.sparkContext(), group(attempt));
      withdrawAfter(attempt, e);
      throw e;
    }
    double publishing = (System.nanoTime() - start) / 1e9;
    var waves = attempt.waves().values();
    return new Result.Published(
        report,
        waves.stream().mapToInt(WaveRecord::partitions).sum(),
        waves.size(),
        (int) waves.stream().map(WaveRecord::attempt).distinct().count(),
        waves.stream().mapToDouble(WaveRecord::seconds).sum() + publishing,
        drift);
  }

  /**
   * What failed before fails again in most nights, and what is no image is no damage; there may be
   * little else to do.
   */
  private static boolean exceedsLimit(Attempt attempt, Plan plan, long images) {
    PartitionReport report = attempt.report();
    long excepted =
        plan.failedBefore() + report.quarantined().getOrDefault(Quarantined.OTHER_CONTENT, 0L);
    return report.quarantinedTotal() - excepted
        > attempt.spec().options().maxQuarantineRate() * (images - excepted);
  }

  private static Result refuse(Attempt attempt) throws IOException {
    var report = attempt.report();
    attempt.drop();
    return new Result.LimitExceeded(report, attempt.spec().options().maxQuarantineRate());
  }

  private <T> void wave(
      Attempt attempt,
      int wave,
      Partitioning partitioning,
      Plan.Partitions<T> partitions,
      JavaSparkContext context,
      Shared shared)
      throws UserException, IOException {
    long start = System.nanoTime();
    Path folder = attempt.folder(wave);
    var predictions =
        RunTable.stage(spark, new Path(folder, PredictionTable.NAME), PredictionTable.SCHEMA);
    var quarantine =
        RunTable.stage(spark, new Path(folder, QuarantineTable.NAME), QuarantineTable.SCHEMA);
    try {
      var task =
          new PartitionTask<>(
              partitions.source(),
              shared.model(),
              shared.outcomes(),
              attempt.spec().scorer(),
              attempt.spec().options(),
              predictions,
              quarantine,
              shared.configuration(),
              spark.sparkContext().longAccumulator(PROGRESS),
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
      RunningTasks.end(spark.sparkContext(), group(attempt));
      predictions.abortAfter(t);
      quarantine.abortAfter(t);
      throw t;
    }
  }

  private static String group(Attempt attempt) {
    return "repvit " + attempt.name();
  }

  /**
   * Takes a published run back, for want of a manifest: a table must not stand without one. A
   * manifest of which only the confirmation was lost goes first, so that none stands without its
   * tables either.
   *
   * @throws IOException when it may stand, or is another attempt's by now
   */
  private void withdraw(Attempt attempt) throws IOException {
    attempt.requireLease();
    RunKey key = attempt.key();
    FileSystem fs = new Path(key.output()).getFileSystem(SparkSql.hadoop(spark));
    try {
      fs.delete(key.manifest().getParent(), true);
    } catch (ParentNotDirectoryException e) {
      // Something else stands in its place, so no manifest does.
    }
    publisher.withdraw(key, TABLES);
  }

  /** Withdraws a run that is not published because of {@code cause}. */
  public void withdrawAfter(Attempt attempt, Exception cause) {
    try {
      withdraw(attempt);
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private static void requireEverything(Plan plan, PartitionReport report) {
    if (report.entries() != plan.count()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d of %d entries of the plan were read; nothing is published",
              report.entries(),
              plan.count()));
    }
    if (report.rows() != plan.images().orElse(report.rows())) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%d images were listed and %d rows made; nothing is published",
              plan.images().getAsLong(),
              report.rows()));
    }
  }
}
