package io.repvit.report;

import io.repvit.metrics.Refusals;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Sample;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The sections of the report that show single objects. */
final class PictureSections {
  /** Longer paths lose their beginning: 160 characters. */
  private static final int MOST_PATH = 160;

  /** Longer messages lose their beginning: 400 characters. */
  private static final int MOST_MESSAGE = 400;

  private final Html html;
  private final RunMetrics metrics;

  PictureSections(Html html, RunMetrics metrics) {
    this.html = html;
    this.metrics = metrics;
  }

  /**
   * Reasons with examples.
   *
   * @param listed all images
   */
  void quarantine(Map<String, Long> reasons, long listed) {
    var rows = new Rows(html);
    html.element(
        "section",
        () -> {
          html.element("h2", "Quarantine");
          if (reasons.isEmpty()) {
            html.element("p", "Every image was predicted.");
            return;
          }
          rows.table(
              List.of("reason", "#images", "#share", "examples"),
              () ->
                  reasons.entrySet().stream()
                      .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                      .forEach(
                          e ->
                              rows.row(
                                  () -> {
                                    rows.name(e.getKey());
                                    rows.number(Numbers.count(e.getValue()));
                                    rows.number(Numbers.percent((double) e.getValue() / listed));
                                    html.element("td", () -> examples(e.getKey()));
                                  })));
        },
        "class",
        "wide");
  }

  private void examples(String reason) {
    for (Refusals.Example e : metrics.refusals().examples().getOrDefault(reason, List.of())) {
      html.element(
          "div",
          () ->
              html.element("code", Visible.end(e.path(), MOST_PATH))
                  .element("span", Visible.end(e.message(), MOST_MESSAGE)),
          "class",
          "example");
    }
  }

  void thumbnails() {
    if (metrics.extremes().limit() == 0) {
      return;
    }
    html.element(
        "section",
        () -> {
          html.element("h2", "What the model was sure of, and what not");
          html.element("h3", "Least certain");
          pictures(metrics.extremes().least());
          html.element("h3", "Most certain");
          pictures(metrics.extremes().most());
          html.element("p", "As the model sees them: resized and cropped.", "class", "note");
        },
        "class",
        "wide");
  }

  private void pictures(List<Sample> samples) {
    html.element(
        "div",
        () ->
            samples.forEach(
                s ->
                    html.element(
                        "figure",
                        () -> {
                          html.empty(
                              "img",
                              "src",
                              "data:image/jpeg;base64," + s.jpeg(),
                              "alt",
                              s.label(),
                              "title",
                              s.path());
                          html.element(
                              "figcaption",
                              () ->
                                  html.element("b", s.label())
                                      .text(String.format(Locale.ROOT, "%.4f", s.score()))
                                      .element("code", Visible.end(s.path(), 60)));
                        })),
        "class",
        "pictures");
  }
}
