package io.repvit.report;

import io.repvit.report.Svg.Anchor;
import java.util.Locale;

/** A bar chart. */
public final class Chart {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 230;
  private static final int LEFT = 52;
  private static final int RIGHT = WIDTH - 12;
  private static final int TOP = 26;
  private static final int BOTTOM = HEIGHT - 34;
  private static final int TICKS = 4;

  private final Svg svg;
  private final double from;
  private final double to;
  private final double top;

  /**
   * Draws the vertical axis of a chart without bars.
   *
   * @param unit of the vertical axis
   * @param from left end of the horizontal axis
   * @param to right end
   * @param highest height of the highest bar
   * @param leastStep smallest distance between ticks of the vertical axis: 1 for integers, else 0
   */
  public Chart(
      String title, String unit, double from, double to, double highest, double leastStep) {
    svg = new Svg(WIDTH, HEIGHT, title, "");
    this.from = from;
    this.to = to;
    double step = Math.max(leastStep, Svg.tickStep(Math.max(highest, 1e-9) / TICKS));
    top = step * Math.max(1, Math.ceil(highest / step - 1e-9));
    svg.text(0, 14, Anchor.START, "unit", unit);
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
    for (double v = 0; v <= top * (1 + 1e-9); v += step) {
      svg.line(LEFT, y(v), RIGHT, y(v), "grid");
      String number = String.format(Locale.ROOT, "%,." + decimals + "f", v);
      svg.text(LEFT - 8, y(v) + 4, Anchor.END, "tick", number);
    }
  }

  /** Adds a bar. The text {@code tip} is its tooltip. */
  public void bar(double left, double right, double height, String tip) {
    double x = x(left);
    double gap = x(right) - x > 4 ? 1 : 0;
    double width = Math.max(0.5, x(right) - x - gap);
    svg.rectangle(x, y(height), width, BOTTOM - y(height), "bar", tip);
  }

  /** Adds a tick to the horizontal axis. */
  public void tick(double at, Anchor anchor, String label) {
    svg.line(x(at), BOTTOM, x(at), BOTTOM + 5, "axis");
    svg.text(x(at), BOTTOM + 20, anchor, "tick", label);
  }

  private double x(double value) {
    return LEFT + (value - from) / (to - from) * (RIGHT - LEFT);
  }

  private double y(double value) {
    return BOTTOM - value / top * (BOTTOM - TOP);
  }

  /** Returns the chart as SVG. The horizontal axis is drawn last, over the bars. */
  String draw() {
    svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, "axis");
    return svg.toString();
  }
}
