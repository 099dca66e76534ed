package io.repvit.report;

import io.repvit.metrics.RunMetrics;
import io.repvit.run.RunKey;
import io.repvit.run.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.conf.Configuration;

/**
 * A run as a page for people: one file that loads nothing else and runs no script, readable in
 * light and dark and on a phone. Everything that comes from outside goes through {@link Html}.
 */
public final class HtmlReport {
  /** Nothing is loaded and nothing runs, whatever a path or label might contain. */
  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'";

  private final RunManifest manifest;
  private final RunMetrics metrics;
  private final Map<String, String> settings;

  /**
   * Of a run whose tables stand.
   *
   * @param settings the run's, by key
   */
  public HtmlReport(RunManifest manifest, RunMetrics metrics, Map<String, String> settings) {
    this.manifest = manifest;
    this.metrics = metrics;
    this.settings = settings;
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
    var html = new Html();
    return html.element(
            "html",
            () -> {
              html.element("head", () -> head(html));
              html.element("body", () -> html.element("main", () -> main(html)));
            },
            "lang",
            "en")
        .toString();
  }

  private void head(Html html) {
    html.empty("meta", "charset", "utf-8")
        .empty("meta", "http-equiv", "Content-Security-Policy", "content", POLICY)
        .empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .empty("meta", "name", "robots", "content", "noindex")
        .empty("meta", "name", "referrer", "content", "no-referrer")
        .element("title", title())
        .style(css());
  }

  private String title() {
    return "Run " + manifest.runId() + " of " + manifest.runDate();
  }

  private void main(Html html) {
    html.element(
        "header",
        () ->
            html.element("h1", title())
                .element(
                    "p",
                    String.format(
                        Locale.ROOT,
                        "%s on %s",
                        manifest.model().model(),
                        Visible.end(String.join(", ", manifest.input()), 300)))
                .element(
                    "p",
                    String.format(
                        Locale.ROOT,
                        "%s to %s UTC",
                        time(manifest.startedAt()),
                        time(manifest.finishedAt()))));
    var figures = new FigureSections(html, manifest);
    var charts = new ChartSections(html, manifest);
    var pictures = new PictureSections(html, metrics);
    figures.headline();
    charts.throughput(metrics.timeline());
    figures.stages(metrics.times());
    figures.labels();
    html.element(
        "div",
        () -> {
          charts.scores();
          figures.storage();
        },
        "class",
        "stack");
    figures.drift();
    pictures.quarantine(manifest.quarantineReasons(), manifest.listed());
    pictures.thumbnails();
    html.element(
        "section",
        () -> {
          html.element("h2", "Model");
          html.element(
              "dl",
              () -> {
                pair(html, "model_sha256", manifest.model().modelSha256());
                pair(html, "preprocessing", manifest.model().preprocessing());
                manifest.card().forEach((k, v) -> pair(html, k.replaceFirst("^repvit\\.", ""), v));
              });
        });
    html.element(
        "section",
        () ->
            html.element("h2", "Settings")
                .element("dl", () -> settings.forEach((key, value) -> pair(html, key, value))));
    html.element("footer", "repvit-spark; manifest.json beside this page has the same figures.");
  }

  private static void pair(Html html, String name, String value) {
    html.element("dt", name).element("dd", value);
  }

  /** {@code 2026-11-25 16:19:51} of an ISO instant. */
  private static String time(String instant) {
    return instant.replace('T', ' ').replaceFirst("(\\.\\d+)?Z$", "");
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
