package io.repvit.report;

import java.util.List;
import java.util.Locale;

/** Tables of a page. */
final class Rows {
  private final Html html;

  Rows(Html html) {
    this.html = html;
  }

  /**
   * A table.
   *
   * @param heads of the columns; those that begin with {@code #} are numbers and stand to the right
   */
  void table(List<String> heads, Html.Inside rows) {
    html.element(
        "div",
        () ->
            html.element(
                "table",
                () -> {
                  html.element(
                      "thead",
                      () ->
                          html.element(
                              "tr",
                              () ->
                                  heads.forEach(
                                      h ->
                                          html.element(
                                              "th",
                                              h.replaceFirst("^#", ""),
                                              "scope",
                                              "col",
                                              "class",
                                              h.startsWith("#") ? "number" : "text"))));
                  html.element("tbody", rows);
                }),
        "class",
        "scroll");
  }

  void row(Html.Inside cells) {
    html.element("tr", cells);
  }

  void text(String text) {
    html.element("td", text);
  }

  /** Text that stays on one line, but may break behind a slash. */
  void name(String text) {
    html.element(
        "td",
        () -> {
          int slash = text.indexOf('/') + 1;
          html.text(text.substring(0, slash));
          html.empty("wbr");
          html.text(text.substring(slash));
        },
        "class",
        "name");
  }

  void number(String text) {
    html.element("td", text, "class", "number");
  }

  /** A bar as long as {@code share} of the column. */
  void bar(double share) {
    html.element(
        "td",
        () ->
            html.element(
                "svg",
                () ->
                    html.empty(
                        "rect",
                        "class",
                        "bar",
                        "width",
                        String.format(Locale.ROOT, "%.2f", 100 * share),
                        "height",
                        "10"),
                "viewBox",
                "0 0 100 10",
                "preserveAspectRatio",
                "none",
                "aria-hidden",
                "true"),
        "class",
        "share");
  }
}
