package io.repvit.run;

import io.repvit.UserException;
import io.repvit.plan.Partitioning;
import io.repvit.plan.Plan;
import io.repvit.plan.Resumption;
import io.repvit.predict.PartitionReport;
import io.repvit.table.Publisher;
import io.repvit.table.RunKey;
import io.repvit.table.StagedTable;
import io.repvit.table.Staging;
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
 * One attempt at a run: it holds the run's lease, knows what earlier attempts have done, and leaves
 * what it does itself for the next one, or nothing once the run is published.
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
  private final TreeMap<Integer, WaveRecord> waves = new TreeMap<>();
  private PartitionReport report = PartitionReport.EMPTY;
  private @Nullable KeptPlan kept;
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
   * Reads what earlier attempts have done, to be called once.
   *
   * @throws UserException when that is of another spec
   */
  void findWhatIsDone() throws UserException, IOException {
    // What is dropped need not be readable.
    KeptPlan found = policy.unfinished() == Unfinished.DISCARD ? null : records.plan();
    if (found == null) {
      // Without a plan, nobody knows what the rows that may stand there are of.
      hasPredecessor = staging.clear();
      return;
    }
    hasPredecessor = true;
    List<String> differences = spec.differences(found.spec());
    if (!differences.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s was begun with other settings: %s; start it as it was begun, choose another --run-id, or drop what it has done with --unfinished discard",
              key,
              String.join("; ", differences)));
    }
    kept = found;
    records.waves(found).forEach(this::add);
  }

  RunKey key() {
    return key;
  }

  RunSpec spec() {
    return spec;
  }

  /** What is to be done: as an earlier attempt planned it, or listed now. */
  RunPlan plan() throws UserException, IOException {
    Path files = staging.planFiles();
    return kept != null && kept.resumption() instanceof Resumption.PlanFiles found
        ? new RunPlan(Plan.of(spec.input(), found), kept.skipped(), kept.failed())
        : RunPlan.now(spec, key, files, spark);
  }

  /** What earlier attempts and this one have done so far. */
  PartitionReport report() {
    return report;
  }

  /** How much earlier attempts have done, for people; empty when this attempt resumes nothing. */
  Optional<String> resumes() {
    return kept == null || waves.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %d of %d waves with %d images are done",
                key,
                waves.size(),
                kept.partitioning().waves(),
                report().rows()));
  }

  /**
   * Divides a plan as earlier attempts have divided it, and keeps it for the next attempt if that
   * can resume the run.
   *
   * @throws UserException when the partitions are not those of the kept plan
   */
  Divided divide(RunPlan planned, int slots) throws UserException, IOException {
    Plan plan = planned.plan();
    Partitioning wanted =
        kept == null
            ? Partitioning.of(plan, spec.options().partitions(), policy.waveImages(), slots)
            : kept.partitioning();
    Plan.Partitions<?> partitions = plan.partitions(spark, wanted.partitions());
    Partitioning partitioning = wanted.atMost(partitions.rdd().getNumPartitions());
    var now =
        new KeptPlan(
            spec.texts(),
            partitions.resumption(),
            planned.skipped(),
            planned.failed(),
            partitioning);
    if (kept == null) {
      kept = now;
      lease.require();
      if (kept.resumable()) {
        records.write(kept);
      }
    } else if (!kept.fingerprint().equals(now.fingerprint())) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the input has changed since %s was begun, so its %d waves that are done are not those of this input; choose another --run-id, or drop them with --unfinished discard",
              key,
              waves.size()));
    }
    return new Divided(partitioning, partitions);
  }

  /** Partitions, and the waves that they make. */
  record Divided(Partitioning partitioning, Plan.Partitions<?> partitions) {}

  /** Where this attempt puts the rows of a wave. */
  Path folder(int wave) {
    return staging.wave(wave);
  }

  /** Vouches for a wave whose rows stand. */
  void done(int wave, PartitionReport ofWave, int partitions, double seconds, List<String> tables)
      throws IOException {
    List<StagedTable> staged = new ArrayList<>();
    for (String table : tables) {
      var folder = new Path(folder(wave), table);
      staged.add(new StagedTable(table, Staging.files(staging.fileSystem(), folder)));
    }
    String plan = Objects.requireNonNull(kept).fingerprint();
    var record = new WaveRecord(plan, staging.attempt(), ofWave, partitions, seconds, staged);
    lease.require();
    records.write(wave, record);
    add(wave, record);
  }

  private void add(int wave, WaveRecord record) {
    waves.put(wave, record);
    report = report.plus(record.report());
  }

  /** Waves that are done, by number. */
  SortedMap<Integer, WaveRecord> waves() {
    return Collections.unmodifiableSortedMap(waves);
  }

  /** The tables of all waves together. */
  void publish(Publisher publisher, List<String> tables, RunObserver observer) throws IOException {
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
    publisher.publish(
        staging,
        key,
        staged,
        () -> {
          lease.require();
          observer.enter(Phase.PUBLISHING);
        });
    lease.require();
  }

  /** A name that no other attempt has. */
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

  /** Forgets what was done: nobody is to go on from it. */
  void drop() throws IOException {
    lease.require();
    waves.clear();
    report = PartitionReport.EMPTY;
    staging.clear();
  }

  /** Deletes what is staged, of dead attempts too; the run's manifest stands. */
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
      LOG.warn("{} stands, but what was staged for it cannot be deleted", key, e);
    }
  }

  /**
   * Leaves the run: to the next attempt, if it has a plan and a wave to go on from, otherwise as if
   * it had not begun.
   */
  @Override
  public void close() {
    // An interrupt has ended the work; what is left of it must reach the store.
    Thread.interrupted();
    try {
      if (!finished && (waves.isEmpty() || kept == null || !kept.resumable())) {
        lease.require();
        staging.clear();
      }
    } catch (LeaseException e) {
      // What stands there is the other attempt's.
    } catch (IOException e) {
      LOG.warn("what was staged for {} cannot be deleted", key, e);
    }
    leave();
  }

  /** Gives the run back; what is staged stays. */
  void leave() {
    try {
      lease.close();
      if (!finished) {
        staging.clearEmpty();
      }
    } catch (IOException e) {
      LOG.warn("the claim on {} cannot be deleted and will be void in a while", key, e);
    }
  }
}
