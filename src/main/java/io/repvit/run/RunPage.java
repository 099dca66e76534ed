package io.repvit.run;

import io.repvit.metrics.RunMetrics;
import io.repvit.table.RunKey;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Writes a report of a run, after the tables are visible and before the manifest is written. */
public interface RunPage {
  /** Writes no page. */
  RunPage NONE = (key, manifest, metrics, configuration) -> {};

  /**
   * Writes the page.
   *
   * @throws IOException if it cannot be written; the tables are then withdrawn
   */
  void write(RunKey key, RunManifest manifest, RunMetrics metrics, Configuration configuration)
      throws IOException;
}
