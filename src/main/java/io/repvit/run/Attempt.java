package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.plan.Resumption;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;
import io.repvit.table.StagedTable;
import io.repvit.table.Staging;
import io.repvit.table.TableCommitter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt to execute a run. It holds the lease of the run and reads the plan and the committed
 * waves of earlier attempts. If it fails, the next attempt can resume its waves; if the run is
 * published, it deletes the staging folder.
 */
final class Attempt implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

  private final RunKey key;
  private final RunSpec spec;
  private final RunPolicy policy;
  private final SparkSession spark;
  private final Staging staging;
  private final RunRecords records;
  private final Lease lease;
  private final TreeMap<Integer, WaveCommit> waves = new TreeMap<>();
  private PartitionReport report = PartitionReport.EMPTY;
  private @Nullable StoredPlan stored;
  private boolean hasPredecessor;
  private boolean finished;

  Attempt(
      SparkSession spark,
      RunKey key,
      RunSpec spec,
      RunPolicy policy,
      Staging staging,
      Lease lease) {
    this.spark = spark;
    this.key = key;
    this.spec = spec;
    this.policy = policy;
    this.staging = staging;
    this.lease = lease;
    records = new RunRecords(staging);
  }

  /**
   * Reads plan and committed waves of earlier attempts; called once.
   *
   * @throws UserException if they were written for another spec
   */
  void findWhatIsDone() throws UserException, IOException {
    // With DISCARD the plan is not read, so that a damaged one can be discarded too.
    StoredPlan found = policy.unfinished() == Unfinished.DISCARD ? null : records.plan();
    if (found == null) {
      // Without a plan, staged rows cannot be resumed.
      hasPredecessor = staging.clear();
      return;
    }
    hasPredecessor = true;
    List<String> differences = spec.differences(found.spec());
    if (!differences.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s was begun with other settings: %s; use the same settings, choose another --run-id, or delete its committed waves with --unfinished discard",
              key,
              String.join("; ", differences)));
    }
    stored = found;
    records.waves(found).forEach(this::add);
  }

  RunKey key() {
    return key;
  }

  RunSpec spec() {
    return spec;
  }

  /** The plan: that of an earlier attempt, or a new one from a listing. */
  RunPlan plan() throws UserException, IOException {
    Path files = staging.planFiles();
    return stored != null && stored.resumption() instanceof Resumption.PlanFiles found
        ? new RunPlan(Plan.of(spec.input(), found), stored.skipped(), stored.failed())
        : RunPlan.now(spec, key, files, spark, false);
  }

  /** As {@link #plan}, of a run that is not executed. */
  RunPlan planDry() throws UserException, IOException {
    return RunPlan.now(spec, key, staging.planFiles(), spark, true);
  }

  /** The sum of the committed waves of all attempts. */
  PartitionReport report() {
    return report;
  }

  /** How much earlier attempts have done, for people; empty when this attempt resumes nothing. */
  Optional<String> resumes() {
    return stored == null || waves.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %d of %d waves with %d images are done",
                key,
                waves.size(),
                stored.partitioning().waves(),
                report().rows()));
  }

  /**
   * Divides a plan into partitions and waves as earlier attempts have done. Writes the plan for the
   * next attempt, if that can resume the run.
   *
   * @throws UserException if the partitions differ from those of the stored plan
   */
  Divided divide(RunPlan planned, int slots) throws UserException, IOException {
    Plan plan = planned.plan();
    Partitioning wanted =
        stored == null
            ? Partitioning.of(plan, spec.options().partitions(), policy.waveImages(), slots)
            : stored.partitioning();
    Plan.Partitions<?> partitions = plan.partitions(spark, wanted.partitions());
    Partitioning partitioning = wanted.atMost(partitions.rdd().getNumPartitions());
    var now =
        new StoredPlan(
            spec.texts(),
            partitions.resumption(),
            planned.skipped(),
            planned.failed(),
            partitioning);
    if (stored == null) {
      stored = now;
      lease.require();
      if (stored.resumable()) {
        records.write(stored);
      }
    } else if (!stored.fingerprint().equals(now.fingerprint())) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the input has changed since %s was begun, so its %d committed waves cannot be resumed; choose another --run-id, or delete them with --unfinished discard",
              key,
              waves.size()));
    }
    return new Divided(partitioning, partitions);
  }

  /** A plan that is divided into partitions and waves. */
  record Divided(Partitioning partitioning, Plan.Partitions<?> partitions) {}

  /** The folder of the rows that this attempt computes for a wave. */
  Path folder(int wave) {
    return staging.wave(wave);
  }

  /** Writes the commit record of a wave whose rows are staged. */
  void done(int wave, PartitionReport ofWave, int partitions, double seconds, List<String> tables)
      throws IOException {
    List<StagedTable> staged = new ArrayList<>();
    for (String table : tables) {
      var folder = new Path(folder(wave), table);
      staged.add(new StagedTable(table, Staging.files(staging.fileSystem(), folder)));
    }
    String plan = Objects.requireNonNull(stored).fingerprint();
    var record = new WaveCommit(plan, staging.attempt(), ofWave, partitions, seconds, staged);
    lease.require();
    records.write(wave, record);
    add(wave, record);
  }

  private void add(int wave, WaveCommit record) {
    waves.put(wave, record);
    report = report.plus(record.report());
  }

  /** Committed waves by number. */
  SortedMap<Integer, WaveCommit> waves() {
    return Collections.unmodifiableSortedMap(waves);
  }

  /** Makes the tables of all waves visible. */
  void commitTables(TableCommitter committer, List<String> tables, RunObserver observer)
      throws IOException {
    List<StagedTable> staged = new ArrayList<>();
    for (String table : tables) {
      staged.add(
          new StagedTable(
              table,
              waves.values().stream()
                  .flatMap(w -> w.tables().stream())
                  .filter(t -> t.name().equals(table))
                  .flatMap(t -> t.files().stream())
                  .toList()));
    }
    lease.require();
    committer.commit(
        staging,
        key,
        staged,
        () -> {
          lease.require();
          observer.enter(Phase.PUBLISHING);
        });
    lease.require();
  }

  /** Unique name of this attempt. */
  String name() {
    return staging.attempt();
  }

  /** See {@link Lease#require}. */
  void requireLease() throws IOException {
    lease.require();
  }

  /** See {@link Lease#onLoss}. */
  void onLoss(Runnable action) {
    lease.onLoss(action);
  }

  /** Deletes the plan and all waves, so that no attempt resumes them. */
  void drop() throws IOException {
    lease.require();
    waves.clear();
    report = PartitionReport.EMPTY;
    staging.clear();
  }

  /**
   * Deletes the staging folder after the manifest is written, including files of failed attempts.
   */
  void finish() {
    finished = true;
    lease.stop();
    try {
      if (hasPredecessor) {
        Attempts.delete(staging, spark);
      } else {
        staging.delete();
      }
    } catch (IOException e) {
      LOG.warn("{} is published, but its staging folder cannot be deleted", key, e);
    }
  }

  /**
   * Ends the attempt and releases the lease. If the next attempt can resume the run, plan and waves
   * remain; otherwise they are deleted.
   */
  @Override
  public void close() {
    // An interrupt has stopped the run; without clearing it, the requests of the cleanup would
    // fail.
    Thread.interrupted();
    try {
      if (!finished && (waves.isEmpty() || stored == null || !stored.resumable())) {
        lease.require();
        staging.clear();
      }
    } catch (LeaseException e) {
      // The staged files now belong to the other attempt.
    } catch (IOException e) {
      LOG.warn("the staging folder of {} cannot be deleted", key, e);
    }
    leave();
  }

  /** Releases the lease; staged files remain. */
  void leave() {
    try {
      lease.close();
      if (!finished) {
        staging.clearEmpty();
      }
    } catch (IOException e) {
      LOG.warn("the lease of {} cannot be released and expires after its timeout", key, e);
    }
  }
}
