package io.repvit.report;

import java.util.Locale;

/**
 * Text of other people, such as paths and labels, as text that shows all it has: characters that
 * are not seen, turn the direction of others or may not stand in XML are written as {@code
 * [U+202E]}.
 */
final class Visible {
  private Visible() {}

  static String of(String text) {
    var visible = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (isSeen(c)) {
                visible.appendCodePoint(c);
              } else {
                visible.append(String.format(Locale.ROOT, "[U+%04X]", c));
              }
            });
    return visible.toString();
  }

  /** The last characters of a long text; of paths they tell most. */
  static String end(String text, int most) {
    int count = text.codePointCount(0, text.length());
    return count <= most
        ? text
        : "…" + text.substring(text.offsetByCodePoints(0, count - most + 1));
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
