package io.repvit.report;

import io.repvit.metrics.RunMetrics;
import io.repvit.run.RunManifest;
import io.repvit.storage.WholeFile;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * A run as a page for people: one file that loads nothing else and runs no script, readable in
 * light and dark and on a phone. Its form is the template {@code report.html}, its text is {@link
 * ReportText}.
 */
public final class HtmlReport {
  private final ReportText text;

  /**
   * Of a run whose tables are published.
   *
   * @param settings the run's, by key
   */
  public HtmlReport(RunManifest manifest, RunMetrics metrics, Map<String, String> settings) {
    text = new ReportText(manifest, metrics, settings);
  }

  /** Writes the page so that readers see all of it or nothing. */
  public void write(RunKey key, Configuration configuration) throws IOException {
    WholeFile.write(
        key.report().getFileSystem(configuration),
        key.report(),
        html().getBytes(StandardCharsets.UTF_8));
  }

  /** The file. */
  public String html() {
    return Templates.fill("report.html", text.values());
  }
}
