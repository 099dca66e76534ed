package io.repvit.analytics.evaluation;

import io.repvit.report.Numbers;
import io.repvit.report.Svg;
import io.repvit.report.Svg.Anchor;
import java.util.Locale;

/** Accuracy by score: a bar per bin, with a line at the mean score. */
final class ReliabilityPlot {
  private static final int LEFT = 52;
  private static final int TOP = 22;
  private static final int SIDE = 400;
  private static final int BOTTOM = TOP + SIDE;
  private static final int TICKS = 5;

  private ReliabilityPlot() {}

  static Svg of(Calibration calibration) {
    var svg = new Svg(LEFT + SIDE + 30, BOTTOM + 44, "Accuracy by score", "");
    svg.text(0, 14, Anchor.START, "unit", "accuracy");
    for (int i = 0; i <= TICKS; i++) {
      double at = (double) i / TICKS;
      String text = String.format(Locale.ROOT, "%.1f", at);
      svg.line(LEFT, y(at), LEFT + SIDE, y(at), "grid");
      svg.text(LEFT - 8, y(at) + 4, Anchor.END, "tick", text);
      svg.text(x(at), BOTTOM + 18, Anchor.MIDDLE, "tick", text);
    }
    svg.text(LEFT + SIDE / 2.0, BOTTOM + 38, Anchor.MIDDLE, "unit", "score");
    for (Calibration.Bin bin : calibration.bins()) {
      if (bin.images() > 0) {
        bar(svg, bin);
      }
    }
    svg.line(x(0), y(0), x(1), y(1), "axis");
    svg.line(LEFT, BOTTOM, LEFT + SIDE, BOTTOM, "axis");
    return svg;
  }

  private static void bar(Svg svg, Calibration.Bin bin) {
    double left = x(bin.above()) + 1;
    double width = Math.max(0.5, x(bin.upTo()) - 1 - left);
    String tip =
        String.format(
            Locale.ROOT,
            "score above %.3f to %.3f: %s images, accuracy %.4f, mean score %.4f",
            bin.above(),
            bin.upTo(),
            Numbers.count(bin.images()),
            bin.accuracy(),
            bin.meanScore());
    svg.rectangle(left, y(bin.accuracy()), width, BOTTOM - y(bin.accuracy()), "bar", tip);
    svg.rectangle(left, y(bin.meanScore()) - 1.5, width, 3, "miss", tip);
  }

  private static double x(double score) {
    return LEFT + score * SIDE;
  }

  private static double y(double accuracy) {
    return BOTTOM - accuracy * SIDE;
  }
}
