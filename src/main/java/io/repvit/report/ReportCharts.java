package io.repvit.report;

import io.repvit.metrics.Scores;
import io.repvit.metrics.Timeline;
import io.repvit.report.Svg.Anchor;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The charts of the report. */
final class ReportCharts {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final long SECONDS_A_DAY = 86_400;

  private ReportCharts() {}

  /**
   * The throughput chart and the width of its bars as template values; empty if no image was
   * processed.
   */
  static List<Map<String, String>> throughput(Timeline timeline) {
    if (timeline.images().isEmpty()) {
      return List.of();
    }
    List<Long> starts = List.copyOf(timeline.images().keySet());
    int width = timeline.seconds();
    long from = starts.get(0);
    long to = starts.get(starts.size() - 1) + width;
    DateTimeFormatter clock = to - from > SECONDS_A_DAY ? DAY : CLOCK;
    double most = most(timeline.images().values()) / (double) width;
    var chart = new Chart("Throughput over time", "images/s", from, to, most, 0);
    timeline
        .images()
        .forEach(
            (at, n) -> {
              double rate = (double) n / width;
              String time = clock.format(Instant.ofEpochSecond(at));
              chart.bar(at, at + width, rate, time + ": " + Numbers.number(rate) + " images/s");
            });
    for (int i = 0; i <= 4; i++) {
      double at = from + (to - from) * i / 4.0;
      Anchor anchor = i == 0 ? Anchor.START : i == 4 ? Anchor.END : Anchor.MIDDLE;
      chart.tick(at, anchor, clock.format(Instant.ofEpochSecond(Math.round(at))));
    }
    String seconds = width < 60 ? width + " s" : Numbers.duration(width);
    return List.of(Map.of("chart", chart.draw(), "width", seconds));
  }

  /** Histogram of the scores. */
  static String scores(List<Long> bins) {
    var chart = new Chart("Scores of the best classes", "images", 0, 1, most(bins), 1);
    for (int i = 0; i < Scores.BINS; i++) {
      if (bins.get(i) > 0) {
        double left = (double) i / Scores.BINS;
        double right = (i + 1.0) / Scores.BINS;
        String images = Numbers.count(bins.get(i));
        chart.bar(
            left,
            right,
            bins.get(i),
            String.format(Locale.ROOT, "%.2f to %.2f: %s images", left, right, images));
      }
    }
    for (int i = 0; i <= 5; i++) {
      Anchor anchor = i == 5 ? Anchor.END : Anchor.MIDDLE;
      chart.tick(i / 5.0, anchor, String.format(Locale.ROOT, "%.1f", i / 5.0));
    }
    return chart.draw();
  }

  private static long most(Iterable<Long> counts) {
    long most = 0;
    for (long count : counts) {
      most = Math.max(most, count);
    }
    return most;
  }
}
