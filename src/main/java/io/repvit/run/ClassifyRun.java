package io.repvit.run;

import io.repvit.UserException;
import io.repvit.inference.ModelException;
import io.repvit.metrics.Drift;
import io.repvit.metrics.LiveWork;
import io.repvit.plan.Plan;
import io.repvit.predict.ModelFiles;
import io.repvit.predict.PartitionReport;
import io.repvit.source.Quarantined;
import io.repvit.spark4.SparkSql;
import io.repvit.table.RunKey;
import io.repvit.table.TableCommitter;
import java.io.IOException;
import java.util.Locale;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Executes a planned run: all waves, the quarantine limit, the publication gate, and the commit
 * point. Each image of the plan gives exactly one row in one of the two tables.
 *
 * <p>The commit point is {@link #commit}: the tables become visible, then the {@link Completion}
 * writes the manifest. When either fails, both are withdrawn.
 */
final class ClassifyRun {
  private final SparkSession spark;
  private final ModelFiles models;
  private final TableCommitter committer;
  private final PublicationGate gate;
  private final RunObserver observer;
  private final Completion completion;

  /**
   * A run of {@code models}.
   *
   * @param gate checked before tables become visible
   * @param observer receives the phases after listing
   */
  ClassifyRun(
      SparkSession spark,
      ModelFiles models,
      TableCommitter committer,
      PublicationGate gate,
      RunObserver observer,
      Completion completion) {
    this.spark = spark;
    this.models = models;
    this.committer = committer;
    this.gate = gate;
    this.observer = observer;
    this.completion = completion;
  }

  /** Writes the report and then the manifest of a run whose tables are visible. */
  interface Completion {
    RunEnd complete(RunTotals totals) throws IOException;
  }

  /**
   * Classifies the images of a plan that earlier attempts have not, and publishes the run.
   *
   * @param planned by {@code attempt}
   * @throws UserException if the input has changed since the run was begun, or the output cannot be
   *     written as configured
   * @throws IOException if the file system of the output fails, or another attempt holds the lease
   */
  RunEnd execute(Attempt attempt, RunPlan planned) throws UserException, IOException {
    try (var waves = new WaveRunner(spark, models, attempt)) {
      return execute(attempt, planned, waves);
    } catch (Exception e) {
      // After a lost lease, cancelled jobs and deleted rows are consequences.
      try {
        attempt.requireLease();
      } catch (LeaseException lost) {
        throw lost;
      } catch (IOException unknown) {
        e.addSuppressed(unknown);
      }
      UserException refused = refusal(e);
      if (refused != null) {
        throw refused;
      }
      throw e;
    }
  }

  /**
   * The refusal of a task, or null. A model that fails in a task, after it ran on the driver, lacks
   * memory there, and another try may succeed.
   */
  static @Nullable UserException refusal(Exception e) {
    UserException cause = UserException.causeOf(e);
    return cause instanceof ModelException ? null : cause;
  }

  private RunEnd execute(Attempt attempt, RunPlan planned, WaveRunner waves)
      throws UserException, IOException {
    observer.enter(Phase.CLASSIFYING);
    var divided = attempt.divide(planned, spark.sparkContext().defaultParallelism());
    Plan plan = planned.plan();
    LiveWork.SHARED.wavesPlanned(divided.partitioning().waves() - attempt.waves().size());
    for (int wave = 0; wave < divided.partitioning().waves(); wave++) {
      if (!attempt.waves().containsKey(wave)) {
        waves.run(wave, divided.partitioning(), divided.partitions());
        LiveWork.SHARED.waveDone();
      }
      // The number of images in shards is unknown until all are read.
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
      return new RunEnd.Drifted(report, drift);
    }
    RunEnd published;
    try {
      published = commit(attempt, report, drift);
    } catch (Exception e) {
      // This includes SparkException, which Spark's Scala methods throw but do not declare.
      waves.endTasks();
      withdrawAfter(attempt, e);
      throw e;
    }
    attempt.finish();
    return published;
  }

  /** The commit point of the run: the tables become visible, then the manifest is written. */
  private RunEnd commit(Attempt attempt, PartitionReport report, Drift drift) throws IOException {
    long start = System.nanoTime();
    observer.enter(Phase.MERGING);
    attempt.commitTables(committer, WaveRunner.TABLES, observer);
    double publishing = (System.nanoTime() - start) / 1e9;
    var waves = attempt.waves().values();
    return completion.complete(
        new RunTotals(
            report,
            waves.stream().mapToInt(WaveCommit::partitions).sum(),
            waves.size(),
            (int) waves.stream().map(WaveCommit::attempt).distinct().count(),
            waves.stream().mapToDouble(WaveCommit::seconds).sum() + publishing,
            drift));
  }

  /**
   * Whether more images are quarantined than the limit allows. Images that failed in earlier runs
   * and objects that are no images do not count, because they would fail again in every run.
   */
  private static boolean exceedsLimit(Attempt attempt, Plan plan, long images) {
    PartitionReport report = attempt.report();
    long excepted =
        plan.failedBefore() + report.quarantined().getOrDefault(Quarantined.OTHER_CONTENT, 0L);
    return report.quarantinedTotal() - excepted
        > attempt.spec().options().maxQuarantineRate() * (images - excepted);
  }

  private static RunEnd refuse(Attempt attempt) throws IOException {
    var report = attempt.report();
    attempt.drop();
    return new RunEnd.LimitExceeded(report, attempt.spec().options().maxQuarantineRate());
  }

  /**
   * Deletes the tables that the commit has made visible. The manifest is deleted first, because it
   * may exist although writing it failed; so a manifest never exists without its tables.
   *
   * @throws IOException if deleting fails, or another attempt holds the lease
   */
  private void withdraw(Attempt attempt) throws IOException {
    attempt.requireLease();
    RunKey key = attempt.key();
    FileSystem fs = new Path(key.output()).getFileSystem(SparkSql.hadoop(spark));
    try {
      fs.delete(key.manifest().getParent(), true);
    } catch (ParentNotDirectoryException e) {
      // A file has the name of the folder, so there is no manifest.
    }
    committer.withdraw(key, WaveRunner.TABLES);
  }

  private void withdrawAfter(Attempt attempt, Exception cause) {
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
              "%d images were listed, but %d rows written; nothing is published",
              plan.images().getAsLong(),
              report.rows()));
    }
  }
}
