package io.repvit.cli;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Entries of a card for people to read. */
final class CardText {
  /** Labels that are printed; ImageNet's would fill twenty kilobytes. */
  private static final int SHOWN = 10;

  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}]");

  private CardText() {}

  /** What a file says, without what would move a terminal's cursor or begin a line. */
  static String shown(String text) {
    return UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /** The lines of a value in one: all if they are few, else the first and their number. */
  static String oneLine(String value) {
    List<String> lines = value.lines().toList();
    String shown = lines.stream().limit(SHOWN).collect(joining(", "));
    return lines.size() <= SHOWN
        ? shown
        : String.format(Locale.ROOT, "%s, ... (%d in all)", shown, lines.size());
  }
}
