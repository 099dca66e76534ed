package io.repvit.bench;

import io.repvit.bench.DesignPathResults.Line;
import io.repvit.report.Svg;
import io.repvit.report.Svg.Anchor;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Draws the results as SVG: one row per network, one column per measure. Path and family have
 * separate scales. Fused is a filled circle and unfused an open square, so that colours are not
 * needed.
 */
final class DesignPathPlot {
  private static final int WIDTH = 1180;
  private static final int LABELS = 16;
  private static final int ROW = 24;
  private static final int TOP = 84;
  private static final int GROUP_GAP = 112;
  private static final int NUMBER = 64;
  private static final int TOP1 = WIDTH - 16;
  private static final int TICKS = 4;

  private static final Column PHONE =
      new Column("latency, iPhone 12, published", "ms, less is better", 252, 130);
  private static final Column LATENCY =
      new Column("latency, batch 1, one thread", "ms, less is better", 484, 180);
  private static final Column RATE =
      new Column("throughput, all task slots", "images/s, more is better", 832, 140);

  private static final String STYLE =
      """
      text{font:12px system-ui,sans-serif;fill:#1f2328}
      .page{fill:#fff}.title{font-size:16px;font-weight:600}.head{font-weight:600}.note{fill:#59636e}
      .number{font-variant-numeric:tabular-nums}.grid{stroke:#d1d9e0}.axis{stroke:#818b98}
      .fused{fill:#0757b8;stroke:#0757b8}
      .unfused{fill:#fff;stroke:#b35000;stroke-width:2}.phone{fill:#6e3fb3;stroke:#6e3fb3}
      .trend{stroke-width:1.5;opacity:.45}.unfused.trend{stroke-dasharray:4 3}
      @media(prefers-color-scheme:dark){text{fill:#f0f6fc}.page{fill:#0d1117}.note{fill:#9198a1}
      .grid{stroke:#2f3742}.axis{stroke:#656c76}.fused{fill:#6cb0ff;stroke:#6cb0ff}
      .unfused{fill:#0d1117;stroke:#ff9a4d}.phone{fill:#c297ff;stroke:#c297ff}}
      """;

  /**
   * A column of the plot.
   *
   * @param x left end of its scale, pixels
   * @param length length of its scale, pixels
   */
  private record Column(String title, String unit, int x, int length) {}

  private final Svg svg;

  private DesignPathPlot(Svg svg) {
    this.svg = svg;
  }

  static String of(DesignPathResults results) {
    int family = TOP + results.path().size() * ROW + GROUP_GAP;
    int bottom = family + results.family().size() * ROW + 56;
    int height = bottom + 18 * results.setting().size();
    var svg = new Svg(WIDTH, height, "From MobileNetV3-L to RepViT, and the family", STYLE);
    var plot = new DesignPathPlot(svg);
    plot.group("From MobileNetV3-L to RepViT-M0.9", results.path(), TOP, true);
    plot.group("The family", results.family(), family, false);
    for (int i = 0; i < results.setting().size(); i++) {
      svg.text(LABELS, bottom + 18 * i, Anchor.START, "note", results.setting().get(i));
    }
    return svg.toString();
  }

  private void group(String title, List<Line> lines, int top, boolean connected) {
    svg.text(LABELS, top - 50, Anchor.START, "title", title);
    for (int i = 0; i < lines.size(); i++) {
      Contender c = lines.get(i).contender();
      svg.text(LABELS, baseline(top, i), Anchor.START, "label", c.label());
      svg.text(TOP1, baseline(top, i), Anchor.END, "number", DesignPathTable.percent(c.top1()));
    }
    svg.text(TOP1, top - 28, Anchor.END, "head", "top-1, %");
    svg.text(TOP1, top - 12, Anchor.END, "note", "published");

    double phoneEnd = axis(PHONE, lines, top, l -> l.contender().phoneMs());
    series(PHONE, lines, top, phoneEnd, connected, "phone", l -> l.contender().phoneMs(), 2, 1);
    both(
        LATENCY,
        lines,
        top,
        connected,
        l -> l.fused().latencyMs().median(),
        l -> l.unfused().latencyMs().median());
    both(
        RATE,
        lines,
        top,
        connected,
        l -> l.fused().imagesPerSecond().median(),
        l -> l.unfused().imagesPerSecond().median());
  }

  private void both(
      Column column,
      List<Line> lines,
      int top,
      boolean connected,
      ToDoubleFunction<Line> fused,
      ToDoubleFunction<Line> unfused) {
    double end =
        axis(column, lines, top, l -> Math.max(fused.applyAsDouble(l), unfused.applyAsDouble(l)));
    int numbers = column.x + column.length;
    svg.circle(numbers + NUMBER - 43, top - 16, 4.5, "fused");
    svg.text(numbers + NUMBER, top - 12, Anchor.END, "note", "fused");
    svg.square(numbers + 2 * NUMBER - 58, top - 16, 4, "unfused");
    svg.text(numbers + 2 * NUMBER, top - 12, Anchor.END, "note", "unfused");
    series(column, lines, top, end, connected, "unfused", unfused, 1, 2);
    series(column, lines, top, end, connected, "fused", fused, 1, 1);
  }

  /** Draws the scale of a column; returns the value at its right end. */
  private double axis(Column column, List<Line> lines, int top, ToDoubleFunction<Line> value) {
    double greatest = lines.stream().mapToDouble(value).max().orElse(1);
    double step = Svg.tickStep(greatest / TICKS);
    double end = Math.ceil(greatest / step) * step;
    int bottom = top + lines.size() * ROW;
    svg.text(column.x, top - 28, Anchor.START, "head", column.title);
    svg.text(column.x, bottom + 34, Anchor.START, "note", column.unit);
    for (int i = 0; i <= Math.round(end / step); i++) {
      double x = column.x + column.length * i * step / end;
      svg.line(x, top, x, bottom, i == 0 ? "axis" : "grid");
      String tick = String.format(Locale.ROOT, step < 1 ? "%.1f" : "%.0f", i * step);
      svg.text(x, bottom + 16, Anchor.MIDDLE, "note", tick);
    }
    return end;
  }

  /**
   * Draws the points of a column and their numbers.
   *
   * @param place position of the numbers to the right of the scale, 1 or 2
   */
  private void series(
      Column column,
      List<Line> lines,
      int top,
      double end,
      boolean connected,
      String style,
      ToDoubleFunction<Line> value,
      int digits,
      int place) {
    double[] x =
        lines.stream()
            .mapToDouble(l -> column.x + column.length * value.applyAsDouble(l) / end)
            .toArray();
    for (int i = 1; connected && i < x.length; i++) {
      svg.line(x[i - 1], middle(top, i - 1), x[i], middle(top, i), style + " trend");
    }
    for (int i = 0; i < x.length; i++) {
      double y = middle(top, i);
      switch (style) {
        case "fused" -> svg.circle(x[i], y, 4.5, style);
        case "unfused" -> svg.square(x[i], y, 4, style);
        default -> svg.diamond(x[i], y, 5.5, style);
      }
      String number =
          String.format(Locale.ROOT, "%." + digits + "f", value.applyAsDouble(lines.get(i)));
      svg.text(
          column.x + column.length + place * NUMBER,
          baseline(top, i),
          Anchor.END,
          "number",
          number);
    }
  }

  private static double middle(int top, int row) {
    return top + (row + 0.5) * ROW;
  }

  private static double baseline(int top, int row) {
    return middle(top, row) + 4;
  }
}
