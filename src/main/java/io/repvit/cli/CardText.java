package io.repvit.cli;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Formats entries of a model card for the terminal. */
final class CardText {
  /** Maximum number of labels that are printed; those of ImageNet would take 20 kB. */
  private static final int SHOWN = 10;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private CardText() {}

  /**
   * Replaces control and format characters, which could move the cursor of a terminal or begin a
   * line.
   */
  static String shown(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /** Joins the lines of a value to one line; of many lines, the first ones and the total number. */
  static String oneLine(String value) {
    List<String> lines = value.lines().toList();
    String shown = lines.stream().limit(SHOWN).collect(joining(", "));
    return lines.size() <= SHOWN
        ? shown
        : String.format(Locale.ROOT, "%s, ... (%d in total)", shown, lines.size());
  }
}
