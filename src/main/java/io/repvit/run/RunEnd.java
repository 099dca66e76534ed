package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.metrics.LeftOut;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;

/** How a run ended. */
public sealed interface RunEnd {
  /**
   * The run is published: its tables are visible and its manifest is written.
   *
   * @param key of the run, which may be an unfinished one that was resumed
   * @param leftOut names of the input that were not read, by rule
   */
  record Published(RunKey key, RunManifest manifest, LeftOut leftOut) implements RunEnd {}

  /**
   * There is nothing to classify. Nothing is written.
   *
   * @param listed source objects, shards or rows of the input
   * @param failed how many of them failed in earlier runs and would fail again
   */
  record NothingNew(long listed, long failed, LeftOut leftOut) implements RunEnd {}

  /**
   * More images are in quarantine than {@code limit} allows. Nothing is published or kept.
   *
   * @param limit share of the images, 0 to 1
   */
  record LimitExceeded(PartitionReport report, double limit) implements RunEnd {}

  /** The publication gate refuses the run. Nothing is published; the next attempt resumes here. */
  record Drifted(PartitionReport report, Drift drift) implements RunEnd {}
}
