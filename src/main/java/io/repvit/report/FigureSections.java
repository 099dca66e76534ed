package io.repvit.report;

import io.repvit.metrics.Drift;
import io.repvit.metrics.Durations;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Traffic;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** The sections of the report that are figures and tables. */
final class FigureSections {
  private final Html html;
  private final Rows rows;
  private final RunManifest m;

  FigureSections(Html html, RunManifest manifest) {
    this.html = html;
    rows = new Rows(html);
    m = manifest;
  }

  void headline() {
    html.element(
        "section",
        () -> {
          html.element("h2", "Headline");
          figure("", Numbers.count(m.listed()), "images");
          figure("", Numbers.count(m.predicted()), "predicted");
          figure(
              m.quarantined() > 0 ? "bad" : "",
              Numbers.count(m.quarantined()),
              m.quarantined() > 0
                  ? "quarantined, " + Numbers.percent((double) m.quarantined() / m.listed())
                  : "quarantined");
          if (m.skipped() > 0) {
            figure("", Numbers.count(m.skipped()), "scored before, skipped");
          }
          if (m.skippedFailed() > 0) {
            figure("", Numbers.count(m.skippedFailed()), "failed before, skipped");
          }
          long leftOut = m.leftOut().values().stream().mapToLong(n -> n).sum();
          if (leftOut > 0) {
            figure("", Numbers.count(leftOut), "names left out");
          }
          if (m.reused() > 0) {
            figure("", Numbers.count(m.reused()), "same bytes as others");
          }
          figure("", Numbers.number(m.imagesPerSecond()), "images/s");
          figure("", Numbers.number(m.imagesPerSecondPerCore()), "images/s per core");
          figure("", Numbers.duration(m.classifySeconds()), "classifying");
          figure("", Numbers.bytes(m.bytes()), "of encoded images");
          Double mean = m.scores().mean();
          figure("", mean == null ? "none" : Numbers.number(mean), "mean score");
        },
        "class",
        "wide figures");
  }

  private void figure(String style, String value, String what) {
    html.element("div", () -> html.element("b", value).element("span", what), "class", style);
  }

  void stages(StageTimes times) {
    Map<String, Durations> onThreads = times.ofTaskThreads();
    double sum = Math.max(1, onThreads.values().stream().mapToLong(Durations::nanos).sum());
    html.element(
        "section",
        () -> {
          html.element("h2", "Time by stage");
          rows.table(
              List.of("stage", "task time", "#share", "#seconds", "#p50 ms", "#p99 ms"),
              () ->
                  times
                      .byName()
                      .forEach(
                          (name, d) -> {
                            boolean onThread = onThreads.containsKey(name);
                            rows.row(
                                () -> {
                                  rows.name(name.replace('_', ' '));
                                  rows.bar(onThread ? d.nanos() / sum : 0);
                                  rows.number(onThread ? Numbers.percent(d.nanos() / sum) : "");
                                  rows.number(Numbers.number(d.nanos() / 1e9));
                                  rows.number(millis(d.quantile(0.5)));
                                  rows.number(millis(d.quantile(0.99)));
                                });
                          }));
          html.element(
              "p",
              "Fetches run beside the computation. Infer is per batch, all else per image.",
              "class",
              "note");
        });
  }

  private static String millis(OptionalLong nanos) {
    return nanos.isPresent() ? Numbers.number(nanos.getAsLong() / 1e6) : "";
  }

  void labels() {
    LabelMix mix = m.labels().most(LabelMix.SHOWN);
    double most = mix.labels().values().stream().mapToLong(n -> n).max().orElse(1);
    html.element(
        "section",
        () -> {
          html.element("h2", "Labels");
          rows.table(
              List.of("label", "", "#images", "#share"),
              () ->
                  mix.labels()
                      .forEach(
                          (label, n) ->
                              rows.row(
                                  () -> {
                                    rows.text(label);
                                    rows.bar(n / most);
                                    rows.number(Numbers.count(n));
                                    rows.number(Numbers.percent((double) n / m.predicted()));
                                  })));
          LabelMix.Others others = mix.otherLabels();
          if (others.labels() > 0) {
            html.element(
                "p",
                String.format(
                    Locale.ROOT,
                    "%s more labels have %s images.",
                    Numbers.count(others.labels()),
                    Numbers.count(others.images())),
                "class",
                "note");
          }
        });
  }

  void drift() {
    if (!(m.drift() instanceof Drift.Compared drift)) {
      return;
    }
    html.element(
        "section",
        () -> {
          html.element("h2", "Drift");
          rows.table(
              List.of("from " + drift.comparedWith(), "#distance", "#limit"),
              () ->
                  drift
                      .measures()
                      .forEach(
                          d ->
                              rows.row(
                                  () -> {
                                    rows.text(d.name());
                                    rows.number(Numbers.number(d.value()));
                                    rows.number(Numbers.number(d.limit()));
                                  })));
        },
        "class",
        "wide");
  }

  void storage() {
    var t = m.storage();
    html.element(
        "section",
        () -> {
          html.element("h2", "Storage");
          rows.table(
              List.of(t.http() > 0 ? "requests and bytes" : "bytes", "#"),
              () -> {
                if (t.http() > 0) {
                  requests(t);
                }
                pair("read", Numbers.bytes(t.bytesRead()));
                pair("written", Numbers.bytes(t.bytesWritten()));
              });
        });
  }

  private void requests(Traffic t) {
    pair("objects read (GET)", Numbers.count(t.get()));
    pair("objects asked about (HEAD)", Numbers.count(t.head()));
    pair("pages listed", Numbers.count(t.list()));
    pair("objects and parts written (PUT)", Numbers.count(t.put()));
    pair("uploads begun or completed, bulk deletions (POST)", Numbers.count(t.post()));
    pair("deletions", Numbers.count(t.delete()));
    pair("sent again", Numbers.count(t.retries()));
    pair("throttled", Numbers.count(t.throttled()));
    pair("HTTP requests in all", Numbers.count(t.http()));
  }

  private void pair(String name, String value) {
    rows.row(
        () -> {
          rows.text(name);
          rows.number(value);
        });
  }
}
