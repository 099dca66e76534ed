package io.repvit.job;

import java.util.Locale;

/** Writes SVG, pixel for pixel; classes are styled by the style sheet it is given. */
final class Svg {
  private final StringBuilder body = new StringBuilder();
  private final int width;
  private final int height;

  Svg(int width, int height, String title, String style) {
    this.width = width;
    this.height = height;
    add("<title>%s</title>", escaped(title));
    add("<style>%s</style>", style);
    add("<rect class=\"page\" width=\"%d\" height=\"%d\"/>", width, height);
  }

  /** Which point of a text is at its x. */
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void text(double x, double y, Anchor anchor, String style, String text) {
    add(
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" class=\"%s\">%s</text>",
        x, y, anchor.name().toLowerCase(Locale.ROOT), style, escaped(text));
  }

  void line(double x1, double y1, double x2, double y2, String style) {
    add(
        "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"%s\"/>",
        x1, y1, x2, y2, style);
  }

  void circle(double x, double y, double radius, String style) {
    add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" class=\"%s\"/>", x, y, radius, style);
  }

  void square(double x, double y, double half, String style) {
    add(
        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" class=\"%s\"/>",
        x - half, y - half, 2 * half, 2 * half, style);
  }

  void diamond(double x, double y, double half, String style) {
    add(
        "<path d=\"M%.1f %.1fl%.1f %.1fl%.1f %.1fl%.1f %.1fz\" class=\"%s\"/>",
        x - half, y, half, -half, half, half, -half, half, style);
  }

  private void add(String format, Object... values) {
    body.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The file. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\""
            + " role=\"img\">%n%s</svg>%n",
        width,
        height,
        width,
        height,
        body);
  }
}
