package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.metrics.RunMetrics;
import io.repvit.predict.PartitionReport;

/**
 * What all waves of a run did.
 *
 * @param report of all attempts
 * @param partitions tasks of all waves
 * @param waves how many there are
 * @param attempts how many computed at least one wave
 * @param seconds wall time of the waves and of making the tables visible
 * @param drift from the run before
 */
public record RunTotals(
    PartitionReport report, int partitions, int waves, int attempts, double seconds, Drift drift) {

  /** The same with what the driver measured. */
  RunTotals plus(RunMetrics more) {
    return new RunTotals(report.plus(more), partitions, waves, attempts, seconds, drift);
  }
}
