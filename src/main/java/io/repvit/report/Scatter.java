package io.repvit.report;

import io.repvit.report.Svg.Anchor;
import java.util.ArrayList;
import java.util.List;

/** A scatter plot of groups. The first groups have colours of their own, all others share grey. */
public final class Scatter {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 400;
  private static final int LEGEND = 28;
  private static final int MARGIN = 8;
  private static final int LEGEND_STEP = 42;

  /** Number of colours in the style sheet. */
  private static final int COLOURS = 10;

  private final String title;
  private final List<Point> points = new ArrayList<>();

  private record Point(double x, double y, int group) {}

  public Scatter(String title) {
    this.title = title;
  }

  /**
   * Adds a point.
   *
   * @param group its group, from 0
   */
  public void point(double x, double y, int group) {
    points.add(new Point(x, y, group));
  }

  /**
   * Returns the plot, with equal scales of both axes.
   *
   * @param groups number of groups in the legend
   * @param name what a group is
   */
  public Svg draw(int groups, String name) {
    var svg = new Svg(WIDTH, HEIGHT, title, "");
    double left = points.stream().mapToDouble(Point::x).min().orElse(0);
    double right = points.stream().mapToDouble(Point::x).max().orElse(0);
    double low = points.stream().mapToDouble(Point::y).min().orElse(0);
    double high = points.stream().mapToDouble(Point::y).max().orElse(0);
    double width = WIDTH - 2 * MARGIN;
    double height = HEIGHT - LEGEND - 2 * MARGIN;
    double scale =
        Math.min(width / Math.max(1e-9, right - left), height / Math.max(1e-9, high - low));
    double shiftX = MARGIN + (width - scale * (right - left)) / 2;
    double shiftY = LEGEND + MARGIN + (height - scale * (high - low)) / 2;
    for (Point p : points) {
      svg.circle(
          shiftX + scale * (p.x() - left), shiftY + scale * (high - p.y()), 2.5, style(p.group()));
    }
    svg.text(0, 14, Anchor.START, "unit", name);
    for (int i = 0; i < Math.min(groups, COLOURS); i++) {
      double x = 60 + (double) i * LEGEND_STEP;
      svg.circle(x, 10, 4, style(i));
      svg.text(x + 8, 14, Anchor.START, "tick", String.valueOf(i));
    }
    if (groups > COLOURS) {
      double x = 60 + (double) COLOURS * LEGEND_STEP;
      svg.circle(x, 10, 4, style(COLOURS));
      svg.text(x + 8, 14, Anchor.START, "tick", "others");
    }
    return svg;
  }

  private static String style(int group) {
    return group < COLOURS ? "group-" + group : "group-other";
  }
}
