package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.metrics.RunMetrics;
import io.repvit.predict.PartitionReport;

/**
 * Totals of all waves of a run.
 *
 * @param report counts and measurements of all attempts
 * @param partitions number of tasks of all waves
 * @param waves number of waves
 * @param attempts number of attempts that committed a wave
 * @param seconds wall time of the waves and of making the tables visible
 * @param drift drift from an earlier run
 */
public record RunTotals(
    PartitionReport report, int partitions, int waves, int attempts, double seconds, Drift drift) {

  /** These totals with measurements of the driver added. */
  RunTotals plus(RunMetrics more) {
    return new RunTotals(report.plus(more), partitions, waves, attempts, seconds, drift);
  }
}
