package io.repvit.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Draws a picture in SVG, in pixels; a style sheet gives classes their looks. */
public final class Svg {
  private final int width;
  private final int height;
  private final String title;
  private final String style;
  private final List<Mark> marks = new ArrayList<>();

  /**
   * An empty picture.
   *
   * @param style the picture's own style sheet; empty if the page around has one
   */
  public Svg(int width, int height, String title, String style) {
    this.width = width;
    this.height = height;
    this.title = title;
    this.style = style;
  }

  /** Which point of a text is at its x. */
  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  private record Mark(
      String element, List<Map.Entry<String, String>> attributes, String tip, String text) {}

  public void text(double x, double y, Anchor anchor, String style, String text) {
    String at = anchor.name().toLowerCase(Locale.ROOT);
    add("text", style, "", text, "x", x, "y", y, "text-anchor", at);
  }

  public void line(double x1, double y1, double x2, double y2, String style) {
    add("line", style, "", "", "x1", x1, "y1", y1, "x2", x2, "y2", y2);
  }

  public void circle(double x, double y, double radius, String style) {
    add("circle", style, "", "", "cx", x, "cy", y, "r", radius);
  }

  public void square(double x, double y, double half, String style) {
    rectangle(x - half, y - half, 2 * half, 2 * half, style, "");
  }

  public void diamond(double x, double y, double half, String style) {
    String corners =
        String.format(
            Locale.ROOT,
            "M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz",
            x - half,
            y,
            half,
            -half,
            half,
            half,
            -half,
            half);
    add("path", style, "", "", "d", corners);
  }

  /** A rectangle with the text that a pointer over it shows. */
  void rectangle(double x, double y, double width, double height, String style, String tip) {
    add("rect", style, tip, "", "x", x, "y", y, "width", width, "height", height);
  }

  private void add(String element, String style, String tip, String text, Object... attributes) {
    var named = new LinkedHashMap<String, String>();
    named.put("class", style);
    for (int i = 0; i < attributes.length; i += 2) {
      Object value = attributes[i + 1];
      named.put(
          (String) attributes[i],
          value instanceof Double number
              ? String.format(Locale.ROOT, "%.1f", number)
              : (String) value);
    }
    marks.add(new Mark(element, List.copyOf(named.entrySet()), tip, text));
  }

  /** The distance of ticks: the least of 1, 2, 5 times a power of ten that is not below. */
  public static double tickStep(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double step : new double[] {1, 2, 5}) {
      if (step * power >= atLeast * (1 - 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /** The file. */
  @Override
  public String toString() {
    return Templates.fill(
        "picture.svg",
        Map.of("width", width, "height", height, "title", title, "style", style, "marks", marks));
  }
}
