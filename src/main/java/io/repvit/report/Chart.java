package io.repvit.report;

import java.util.Locale;

/** Bars over a horizontal axis, as SVG in a page. */
final class Chart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 230;
  private static final int LEFT = 52;
  private static final int RIGHT = WIDTH - 12;
  private static final int TOP = 26;
  private static final int BOTTOM = HEIGHT - 34;
  private static final int TICKS = 4;

  private final Html html;
  private final double from;
  private final double to;
  private final double step;
  private final double top;

  /**
   * @param from left end of the horizontal axis
   * @param to right end
   * @param highest bar
   * @param leastStep of the marks of the vertical axis: 1 for whole numbers, 0 for others
   */
  Chart(Html html, double from, double to, double highest, double leastStep) {
    this.html = html;
    this.from = from;
    this.to = to;
    step = Math.max(leastStep, Numbers.nice(Math.max(highest, 1e-9) / TICKS));
    top = step * Math.max(1, Math.ceil(highest / step - 1e-9));
  }

  /** The whole: {@code bars} draws what is inside. */
  void draw(String name, String unit, Html.Inside bars) {
    html.element(
        "svg",
        () -> {
          html.element("title", name);
          label(0, 14, "start", unit);
          int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
          for (double v = 0; v <= top * (1 + 1e-9); v += step) {
            line("grid", LEFT, y(v), RIGHT, y(v));
            label(LEFT - 8, y(v) + 4, "end", String.format(Locale.ROOT, "%,." + decimals + "f", v));
          }
          bars.write();
          line("axis", LEFT, BOTTOM, RIGHT, BOTTOM);
        },
        "viewBox",
        "0 0 " + WIDTH + " " + HEIGHT,
        "role",
        "img",
        "class",
        "chart");
  }

  /** A bar with what a pointer over it tells. */
  void bar(double left, double right, double height, String tip) {
    double x = x(left);
    double gap = x(right) - x > 4 ? 1 : 0;
    html.element(
        "rect",
        () -> html.element("title", tip),
        "class",
        "bar",
        "x",
        text(x),
        "y",
        text(y(height)),
        "width",
        text(Math.max(0.5, x(right) - x - gap)),
        "height",
        text(BOTTOM - y(height)));
  }

  /** A mark of the horizontal axis. */
  void tick(double at, String anchor, String label) {
    line("axis", x(at), BOTTOM, x(at), BOTTOM + 5);
    label(x(at), BOTTOM + 20, anchor, label);
  }

  private double x(double value) {
    return LEFT + (value - from) / (to - from) * (RIGHT - LEFT);
  }

  private double y(double value) {
    return BOTTOM - value / top * (BOTTOM - TOP);
  }

  private void label(double x, double y, String anchor, String text) {
    html.element("text", text, "x", text(x), "y", text(y), "text-anchor", anchor);
  }

  private void line(String style, double x1, double y1, double x2, double y2) {
    html.empty(
        "line", "class", style, "x1", text(x1), "y1", text(y1), "x2", text(x2), "y2", text(y2));
  }

  private static String text(double x) {
    return String.format(Locale.ROOT, "%.1f", x);
  }
}
