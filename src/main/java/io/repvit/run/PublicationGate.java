package io.repvit.run;

import io.repvit.metrics.Drift;
import io.repvit.predict.PartitionReport;
import java.io.IOException;

/** The publication gate: decides whether a run whose rows are staged may be published. */
interface PublicationGate {
  /** A gate without limits. */
  PublicationGate OPEN = report -> new Drift.NotCompared("no limit is set");

  /**
   * Compares a run with an earlier one.
   *
   * @return the comparison; if a limit is exceeded, the run is not published
   * @throws IOException if the earlier run cannot be read
   */
  Drift judge(PartitionReport report) throws IOException;
}
