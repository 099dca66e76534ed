package io.repvit.report;

import io.repvit.metrics.RunMetrics;
import io.repvit.run.RunManifest;
import io.repvit.run.RunPage;
import io.repvit.storage.WholeFile;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * The report of a run: one HTML file without scripts and external resources, for light and dark
 * mode and small screens. The template {@code report.html} defines the layout and {@link
 * ReportText} the text.
 */
public final class HtmlReport {
  private final ReportText text;

  /**
   * Creates the report of a run whose tables are visible.
   *
   * @param settings settings of the run, by key
   */
  public HtmlReport(RunManifest manifest, RunMetrics metrics, Map<String, String> settings) {
    text = new ReportText(manifest, metrics, settings);
  }

  /** Writes the page of a run with these settings beside its manifest. */
  public static RunPage page(Map<String, String> settings) {
    return (key, manifest, metrics, configuration) ->
        new HtmlReport(manifest, metrics, settings).write(key, configuration);
  }

  /** Writes the page so that readers see all of it or nothing. */
  private void write(RunKey key, Configuration configuration) throws IOException {
    WholeFile.write(
        key.report().getFileSystem(configuration),
        key.report(),
        html().getBytes(StandardCharsets.UTF_8));
  }

  /** The content of the file. */
  public String html() {
    return Templates.fill("report.html", text.values());
  }
}
