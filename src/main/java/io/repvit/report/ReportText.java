package io.repvit.report;

import io.repvit.metrics.Drift;
import io.repvit.metrics.Durations;
import io.repvit.metrics.QualityIssues;
import io.repvit.metrics.Refusals;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Sample;
import io.repvit.metrics.Traffic;
import io.repvit.run.LabelMix;
import io.repvit.run.RunCascade;
import io.repvit.run.RunManifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The text of the report: the values of the template {@code report.html}, by name. An optional
 * value is a list of none or one.
 */
final class ReportText {
  /** Maximum length of a path: 160 characters. The beginning of longer ones is cut off. */
  private static final int MOST_PATH = 160;

  /** Maximum length of a message: 400 characters. The beginning of longer ones is cut off. */
  private static final int MOST_MESSAGE = 400;

  private final RunManifest m;
  private final RunMetrics metrics;
  private final Map<String, String> settings;

  ReportText(RunManifest manifest, RunMetrics metrics, Map<String, String> settings) {
    m = manifest;
    this.metrics = metrics;
    this.settings = settings;
  }

  private record Pair(String name, String value) {}

  private record Figure(String style, String value, String name) {}

  private record Stage(
      String name, String bar, String share, String seconds, String p50, String p99) {}

  private record Label(String name, String bar, String images, String share) {}

  private record Measure(String name, String value, String limit) {}

  private record Reason(
      String stage, String code, String images, String share, List<Pair> examples) {}

  private record Picture(String jpeg, String label, String score, String path, String pathEnd) {}

  Map<String, ?> values() {
    LabelMix mix = m.labels().most(LabelMix.SHOWN);
    var values = new HashMap<String, Object>();
    values.put("title", "Run " + m.runId() + " of " + m.runDate());
    values.put(
        "subject", m.model().model() + " on " + Visible.end(String.join(", ", m.input()), 300));
    values.put("time", time(m.startedAt()) + " to " + time(m.finishedAt()) + " UTC");
    values.put("headline", headline());
    values.put("throughput", ReportCharts.throughput(metrics.timeline()));
    values.put("stages", stages());
    values.put("labels", labels(mix));
    values.put("otherLabels", otherLabels(mix.otherLabels()));
    values.put("scores", ReportCharts.scores(m.scores().histogram()));
    values.put("storageHead", m.storage().http() > 0 ? "requests and bytes" : "bytes");
    values.put("storage", storage(m.storage()));
    values.put("drift", drift());
    values.put("quarantine", quarantine());
    values.put("quality", quality());
    values.put("pictures", pictures());
    values.put("model", model());
    values.put("settings", pairs(settings));
    return values;
  }

  private List<Figure> headline() {
    var figures = new ArrayList<Figure>();
    figures.add(new Figure("", Numbers.count(m.listed()), "images"));
    figures.add(new Figure("", Numbers.count(m.predicted()), "predicted"));
    figures.add(
        m.quarantined() > 0
            ? new Figure(
                "bad",
                Numbers.count(m.quarantined()),
                "quarantined, " + share(m.quarantined(), m.listed()))
            : new Figure("", "0", "quarantined"));
    addUnlessZero(figures, m.skipped(), "scored before, skipped");
    addUnlessZero(figures, m.skippedFailed(), "failed before, skipped");
    addUnlessZero(figures, m.leftOut().values().stream().mapToLong(n -> n).sum(), "names left out");
    addUnlessZero(figures, m.reused(), "duplicates (same bytes)");
    RunCascade cascade = m.cascade();
    if (cascade != null) {
      figures.add(
          new Figure(
              "",
              Numbers.count(cascade.answeredBySecond()),
              "by the second model, " + share(cascade.answeredBySecond(), m.predicted())));
    }
    figures.add(new Figure("", Numbers.number(m.imagesPerSecond()), "images/s"));
    figures.add(new Figure("", Numbers.number(m.imagesPerSecondPerCore()), "images/s per core"));
    figures.add(new Figure("", Numbers.duration(m.classifySeconds()), "classifying"));
    figures.add(new Figure("", Numbers.bytes(m.bytes()), "of encoded images"));
    Double mean = m.scores().mean();
    figures.add(new Figure("", mean == null ? "none" : Numbers.number(mean), "mean score"));
    return figures;
  }

  /** Flagged images by issue, most first; empty without quality measures. */
  private List<Map<String, Object>> quality() {
    QualityIssues issues = m.qualityIssues();
    if (issues == null) {
      return List.of();
    }
    List<Label> flagged =
        issues.flagged().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .map(
                e ->
                    new Label(
                        e.getKey().replace('_', ' '),
                        bar(e.getValue() / (double) issues.images()),
                        Numbers.count(e.getValue()),
                        share(e.getValue(), issues.images())))
            .toList();
    return List.of(Map.of("issues", flagged, "measured", Numbers.count(issues.images())));
  }

  private static void addUnlessZero(List<Figure> figures, long count, String name) {
    if (count > 0) {
      figures.add(new Figure("", Numbers.count(count), name));
    }
  }

  private List<Stage> stages() {
    Map<String, Durations> onThreads = metrics.times().ofTaskThreads();
    double sum = Math.max(1, onThreads.values().stream().mapToLong(Durations::nanos).sum());
    var stages = new ArrayList<Stage>();
    metrics
        .times()
        .byName()
        .forEach(
            (name, d) -> {
              boolean onThread = onThreads.containsKey(name);
              stages.add(
                  new Stage(
                      name.replace('_', ' '),
                      bar(onThread ? d.nanos() / sum : 0),
                      onThread ? Numbers.percent(d.nanos() / sum) : "",
                      Numbers.number(d.nanos() / 1e9),
                      millis(d.quantile(0.5)),
                      millis(d.quantile(0.99))));
            });
    return stages;
  }

  private static String millis(OptionalLong nanos) {
    return nanos.isPresent() ? Numbers.number(nanos.getAsLong() / 1e6) : "";
  }

  /** Length of a bar, 0 to 100. */
  private static String bar(double share) {
    return String.format(Locale.ROOT, "%.2f", 100 * share);
  }

  private static String share(long part, long whole) {
    return Numbers.percent((double) part / whole);
  }

  private List<Label> labels(LabelMix mix) {
    double most = mix.labels().values().stream().mapToLong(n -> n).max().orElse(1);
    return mix.labels().entrySet().stream()
        .map(
            e ->
                new Label(
                    e.getKey(),
                    bar(e.getValue() / most),
                    Numbers.count(e.getValue()),
                    share(e.getValue(), m.predicted())))
        .toList();
  }

  private static String otherLabels(LabelMix.Others others) {
    return others.labels() == 0
        ? ""
        : String.format(
            Locale.ROOT,
            "%s more labels have %s images.",
            Numbers.count(others.labels()),
            Numbers.count(others.images()));
  }

  private static List<Pair> storage(Traffic t) {
    var rows = new ArrayList<Pair>();
    if (t.http() > 0) {
      rows.add(new Pair("objects read (GET)", Numbers.count(t.get())));
      rows.add(new Pair("object metadata requests (HEAD)", Numbers.count(t.head())));
      rows.add(new Pair("list requests", Numbers.count(t.list())));
      rows.add(new Pair("objects and parts written (PUT)", Numbers.count(t.put())));
      rows.add(
          new Pair("uploads started or completed, bulk deletions (POST)", Numbers.count(t.post())));
      rows.add(new Pair("deletions", Numbers.count(t.delete())));
      rows.add(new Pair("retries", Numbers.count(t.retries())));
      rows.add(new Pair("throttled", Numbers.count(t.throttled())));
      rows.add(new Pair("HTTP requests in total", Numbers.count(t.http())));
    }
    rows.add(new Pair("read", Numbers.bytes(t.bytesRead())));
    rows.add(new Pair("written", Numbers.bytes(t.bytesWritten())));
    return rows;
  }

  private List<Map<String, Object>> drift() {
    if (!(m.drift() instanceof Drift.Compared drift)) {
      return List.of();
    }
    List<Measure> measures =
        drift.measures().stream()
            .map(d -> new Measure(d.name(), Numbers.number(d.value()), Numbers.number(d.limit())))
            .toList();
    return List.of(Map.of("comparedWith", drift.comparedWith(), "measures", measures));
  }

  private List<Map<String, Object>> quarantine() {
    List<Reason> reasons =
        m.quarantineReasons().entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
            .map(e -> reason(e.getKey(), e.getValue()))
            .toList();
    return reasons.isEmpty() ? List.of() : List.of(Map.of("reasons", reasons));
  }

  private Reason reason(String name, long images) {
    int code = name.indexOf('/') + 1;
    List<Refusals.Example> examples = metrics.refusals().examples().getOrDefault(name, List.of());
    return new Reason(
        name.substring(0, code),
        name.substring(code),
        Numbers.count(images),
        share(images, m.listed()),
        examples.stream()
            .map(
                e ->
                    new Pair(
                        Visible.end(e.path(), MOST_PATH), Visible.end(e.message(), MOST_MESSAGE)))
            .toList());
  }

  private List<Map<String, Object>> pictures() {
    return metrics.extremes().limit() == 0
        ? List.of()
        : List.of(
            Map.of(
                "least",
                metrics.extremes().least().stream().map(ReportText::picture).toList(),
                "most",
                metrics.extremes().most().stream().map(ReportText::picture).toList()));
  }

  private static Picture picture(Sample s) {
    return new Picture(
        s.jpeg(),
        s.label(),
        String.format(Locale.ROOT, "%.4f", s.score()),
        s.path(),
        Visible.end(s.path(), 60));
  }

  private List<Pair> model() {
    var pairs = new ArrayList<Pair>();
    pairs.add(new Pair("model_sha256", m.model().modelSha256()));
    pairs.add(new Pair("preprocessing", m.model().preprocessing()));
    RunCascade cascade = m.cascade();
    if (cascade != null) {
      pairs.add(new Pair("second model", cascade.second().model()));
      pairs.add(new Pair("second model_sha256", cascade.second().modelSha256()));
      pairs.add(new Pair("second model below", Numbers.number(cascade.below())));
      pairs.add(
          new Pair(
              "answered by the first model",
              answered(cascade.answeredByFirst(), cascade.firstImagesPerSecond())));
      pairs.add(
          new Pair(
              "answered by the second model",
              answered(cascade.answeredBySecond(), cascade.secondImagesPerSecond())));
    }
    m.card().forEach((k, v) -> pairs.add(new Pair(k.replaceFirst("^repvit\\.", ""), v)));
    return pairs;
  }

  private static String answered(long images, @Nullable Double rate) {
    String count = Numbers.count(images) + " images";
    return rate == null
        ? count
        : count + "; inference " + Numbers.number(rate) + " images/s per task slot";
  }

  private static List<Pair> pairs(Map<String, String> values) {
    return values.entrySet().stream().map(e -> new Pair(e.getKey(), e.getValue())).toList();
  }

  /** Formats an ISO instant as {@code 2026-11-25 16:19:51}. */
  private static String time(String instant) {
    return instant.replace('T', ' ').replaceFirst("(\\.\\d+)?Z$", "");
  }
}
