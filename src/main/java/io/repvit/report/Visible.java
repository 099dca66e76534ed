package io.repvit.report;

import java.util.Locale;

/**
 * Makes untrusted text, such as paths and labels, safe to display: characters that are invisible,
 * change the text direction or are not allowed in XML are written in the form {@code [U+202E]}.
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

  /** Shortens a long text to its last characters, which identify a path best. */
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
