package io.repvit.analytics.evaluation;

import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import io.repvit.report.Numbers;
import io.repvit.report.Svg;
import io.repvit.report.Svg.Anchor;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The confusion matrix as a picture. Of many labels it has those of the most frequent confusions.
 * Public for {@code analytics.probe} only.
 *
 * @param labels the labels of rows and columns, sorted
 * @param allLabels number of true and predicted labels
 * @param mistakes the confusions, most frequent first
 */
public record ConfusionPicture(
    Svg svg, List<String> labels, int allLabels, List<Confusion> mistakes) {
  private static final int MOST_LABELS = 30;
  private static final int MOST_WITH_NUMBERS = 12;

  /** Of more columns every second number is shown, because numbers of two digits would touch. */
  private static final int MOST_COLUMN_NUMBERS = 24;

  private static final int WIDTH = 560;
  private static final int LEFT = 150;
  private static final int TOP = 26;
  private static final int SHADES = 5;
  private static final int NAME = 18;

  static ConfusionPicture of(EvaluationSummary e) {
    var images = new HashMap<String, Long>();
    e.classes().forEach(c -> images.put(c.label(), c.images()));
    return of(e.confusion(), images);
  }

  /**
   * Draws the matrix.
   *
   * @param images number of images by true label
   */
  public static ConfusionPicture of(List<Confusion> confusion, Map<String, Long> images) {
    List<Confusion> mistakes =
        confusion.stream()
            .filter(c -> !c.truth().equals(c.predicted()))
            .sorted(
                Comparator.comparingLong(Confusion::images)
                    .reversed()
                    .thenComparing(Confusion::truth)
                    .thenComparing(Confusion::predicted))
            .toList();
    Set<String> all = new TreeSet<>(images.keySet());
    confusion.forEach(c -> all.add(c.predicted()));
    List<String> labels = List.copyOf(all);
    if (all.size() > MOST_LABELS) {
      Set<String> confused = new LinkedHashSet<>();
      mistakes.forEach(c -> confused.addAll(List.of(c.truth(), c.predicted())));
      confused.addAll(all);
      labels = confused.stream().limit(MOST_LABELS).sorted().toList();
    }
    return new ConfusionPicture(draw(confusion, images, labels), labels, all.size(), mistakes);
  }

  private static Svg draw(
      List<Confusion> confusion, Map<String, Long> images, List<String> labels) {
    int n = labels.size();
    double cell = Math.min(48, (WIDTH - LEFT - 2.0) / n);
    var svg = new Svg(WIDTH, (int) Math.ceil(TOP + n * cell + 4), "Confusion matrix", "");
    Map<String, Integer> index = new HashMap<>();
    for (String label : labels) {
      int i = index.size();
      index.put(label, i);
      String number = Integer.toString(i + 1);
      double middle = (i + 0.5) * cell;
      if (n <= MOST_COLUMN_NUMBERS || i % 2 == 0) {
        svg.text(LEFT + middle, TOP - 8, Anchor.MIDDLE, "tick", number);
      }
      svg.text(LEFT - 8, TOP + middle + 4, Anchor.END, "tick", shortened(label) + " " + number);
    }
    for (int i = 0; i <= n; i++) {
      svg.line(LEFT, TOP + i * cell, LEFT + n * cell, TOP + i * cell, "grid");
      svg.line(LEFT + i * cell, TOP, LEFT + i * cell, TOP + n * cell, "grid");
    }
    for (Confusion c : confusion) {
      Integer row = index.get(c.truth());
      Integer column = index.get(c.predicted());
      if (row != null && column != null) {
        double share = (double) c.images() / images.getOrDefault(c.truth(), c.images());
        cell(svg, c, share, LEFT + column * cell, TOP + row * cell, cell, n);
      }
    }
    return svg;
  }

  private static void cell(
      Svg svg, Confusion c, double share, double x, double y, double side, int n) {
    boolean right = c.truth().equals(c.predicted());
    // A share of 1 percent is visible: the shades are those of the square root.
    int shade = (int) Math.max(1, Math.ceil(Math.sqrt(share) * SHADES));
    String tip =
        String.format(
            Locale.ROOT,
            "%s as %s: %s images, %.1f %% of %s",
            c.truth(),
            c.predicted(),
            Numbers.count(c.images()),
            100 * share,
            c.truth());
    String style = (right ? "heat h" : "miss h") + shade;
    svg.rectangle(x + 0.5, y + 0.5, side - 1, side - 1, style, tip);
    if (n <= MOST_WITH_NUMBERS) {
      String number = String.format(Locale.ROOT, "%.0f", 100 * share);
      svg.text(
          x + side / 2,
          y + side / 2 + 4,
          Anchor.MIDDLE,
          "cell",
          number.equals("0") ? "<1" : number);
    }
  }

  private static String shortened(String label) {
    if (label.codePointCount(0, label.length()) <= NAME) {
      return label;
    }
    return label.substring(0, label.offsetByCodePoints(0, NAME - 1)) + "…";
  }
}
