package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.predict.PartitionReport;
import java.io.IOException;

/** Asked when all rows of a run are staged and none is published. */
interface Gate {
  /** Lets everything pass. */
  Gate OPEN = report -> new Drift.NotCompared("no limit is set");

  /**
   * Compares a run with what came before.
   *
   * @return where a limit is exceeded nothing is published
   * @throws IOException when what came before cannot be read
   */
  Drift judge(PartitionReport report) throws IOException;
}
