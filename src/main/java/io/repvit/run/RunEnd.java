package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.metrics.LeftOut;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;

/** The result of a run. */
public sealed interface RunEnd {
  /**
   * The run is published: its tables are visible and its manifest is written.
   *
   * @param key key of the run, which differs from the requested one if another unfinished run was
   *     resumed
   * @param leftOut names of the input that were not read, by rule
   */
  record Published(RunKey key, RunManifest manifest, LeftOut leftOut) implements RunEnd {}

  /**
   * There is nothing to classify. Nothing is written.
   *
   * @param listed source objects, shards or rows of the input
   * @param failed number of those that failed in earlier runs and would fail again
   */
  record NothingNew(long listed, long failed, LeftOut leftOut) implements RunEnd {}

  /**
   * More images are in quarantine than {@code limit} allows. The run is not published, and its
   * staged rows are deleted.
   *
   * @param limit share of the images, 0 to 1
   */
  record LimitExceeded(PartitionReport report, double limit) implements RunEnd {}

  /** The publication gate refuses the run. It is not published; the next attempt resumes it. */
  record Drifted(PartitionReport report, Drift drift) implements RunEnd {}
}
