package io.repvit.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes an SVG image. Coordinates are pixels; {@code style} arguments are CSS classes. */
public final class Svg {
  private final int width;
  private final int height;
  private final String title;
  private final String style;
  private final List<Mark> marks = new ArrayList<>();

  /**
   * Creates an empty image.
   *
   * @param style style sheet of the image; empty if the surrounding page has one
   */
  public Svg(int width, int height, String title, String style) {
    this.width = width;
    this.height = height;
    this.title = title;
    this.style = style;
  }

  /** The point of a text that is at the given x. */
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

  /** Adds a rectangle. The text {@code tip} is its tooltip. */
  public void rectangle(double x, double y, double width, double height, String style, String tip) {
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

  /**
   * Distance of ticks: the least number of the form 1, 2 or 5 times a power of ten that is at least
   * {@code atLeast}.
   */
  public static double tickStep(double atLeast) {
    double power = Math.pow(10, Math.floor(Math.log10(atLeast)));
    for (double step : new double[] {1, 2, 5}) {
      if (step * power >= atLeast * (1 - 1e-9)) {
        return step * power;
      }
    }
    return 10 * power;
  }

  /** The content of the SVG file. */
  @Override
  public String toString() {
    return Templates.fill(
        "picture.svg",
        Map.of("width", width, "height", height, "title", title, "style", style, "marks", marks));
  }
}
