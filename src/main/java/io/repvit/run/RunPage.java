package io.repvit.run;

import io.repvit.metrics.RunMetrics;
import io.repvit.table.RunKey;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;

/** Writes a page about a run for people, after the tables are visible and before the manifest. */
public interface RunPage {
  /** Writes no page. */
  RunPage NONE = (key, manifest, metrics, configuration) -> {};

  /**
   * Writes the page.
   *
   * @throws IOException when it cannot be written; the run is then withdrawn
   */
  void write(RunKey key, RunManifest manifest, RunMetrics metrics, Configuration configuration)
      throws IOException;
}
