package io.repvit.report;

import io.repvit.metrics.Scores;
import io.repvit.metrics.Timeline;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The sections of the report that are drawn. */
final class ChartSections {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final long SECONDS_A_DAY = 86_400;

  private final Html html;
  private final RunManifest m;

  ChartSections(Html html, RunManifest manifest) {
    this.html = html;
    m = manifest;
  }

  void throughput(Timeline timeline) {
    html.element(
        "section",
        () -> {
          html.element("h2", "Throughput over time");
          if (timeline.images().isEmpty()) {
            html.element("p", "No image was done.");
            return;
          }
          List<Long> starts = List.copyOf(timeline.images().keySet());
          int width = timeline.seconds();
          long from = starts.get(0);
          long to = starts.get(starts.size() - 1) + width;
          DateTimeFormatter clock = to - from > SECONDS_A_DAY ? DAY : CLOCK;
          double most =
              timeline.images().values().stream().mapToLong(n -> n).max().orElse(0)
                  / (double) width;
          var chart = new Chart(html, from, to, most, 0);
          chart.draw(
              "Throughput over time",
              "images/s",
              () -> {
                timeline
                    .images()
                    .forEach(
                        (at, n) ->
                            chart.bar(
                                at,
                                at + width,
                                (double) n / width,
                                String.format(
                                    Locale.ROOT,
                                    "%s: %s images/s",
                                    clock.format(Instant.ofEpochSecond(at)),
                                    Numbers.number((double) n / width))));
                for (int i = 0; i <= 4; i++) {
                  double at = from + (to - from) * i / 4.0;
                  chart.tick(
                      at,
                      i == 0 ? "start" : i == 4 ? "end" : "middle",
                      clock.format(Instant.ofEpochSecond(Math.round(at))));
                }
              });
          html.element(
              "p",
              String.format(
                  Locale.ROOT,
                  "Each bar is %s; UTC.",
                  width < 60 ? width + " s" : Numbers.duration(width)),
              "class",
              "note");
        });
  }

  void scores() {
    List<Long> bins = m.scores().histogram();
    html.element(
        "section",
        () -> {
          html.element("h2", "Scores");
          long most = bins.stream().mapToLong(n -> n).max().orElse(0);
          var chart = new Chart(html, 0, 1, most, 1);
          chart.draw(
              "Scores of the best classes",
              "images",
              () -> {
                for (int i = 0; i < Scores.BINS; i++) {
                  double left = (double) i / Scores.BINS;
                  double right = (i + 1.0) / Scores.BINS;
                  if (bins.get(i) > 0) {
                    chart.bar(
                        left,
                        right,
                        bins.get(i),
                        String.format(
                            Locale.ROOT,
                            "%.2f to %.2f: %s images",
                            left,
                            right,
                            Numbers.count(bins.get(i))));
                  }
                }
                for (int i = 0; i <= 5; i++) {
                  chart.tick(
                      i / 5.0,
                      i == 5 ? "end" : "middle",
                      String.format(Locale.ROOT, "%.1f", i / 5.0));
                }
              });
          html.element("p", "Probability of the best class.", "class", "note");
        });
  }
}
