package io.repvit.source;

import java.util.Locale;
import org.apache.hadoop.fs.GlobPattern;
import org.jspecify.annotations.Nullable;

/**
 * A glob for one name of a path, as Hadoop has them: {@code * ? [a-z] {jpg,png}} and {@code \} to
 * take the next character as it is. As in a shell, a leading {@code _} or {@code .} must be written
 * to be matched, and {@code **} stands for any number of folders.
 */
final class NamePattern {
  private static final String ANY_FOLDERS = "**";

  private final String text;

  /** Null for any number of folders. */
  private final @Nullable GlobPattern pattern;

  private NamePattern(String text, @Nullable GlobPattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Reads a glob.
   *
   * @throws IllegalArgumentException when it is malformed
   */
  static NamePattern of(String text) {
    if (text.equals(ANY_FOLDERS)) {
      return new NamePattern(text, null);
    }
    if (text.contains(ANY_FOLDERS)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' has '**' beside other characters; write '**' between slashes for any number of folders, or '*'",
              text));
    }
    try {
      return new NamePattern(text, new GlobPattern(text));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether {@code text} has a character that makes it a pattern. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /** Of a name without wildcards, the name. */
  static String unescape(String text) {
    return text.replaceAll("\\\\(.)", "$1");
  }

  /** Whether it stands for any number of folders. */
  boolean isAnyFolders() {
    return pattern == null;
  }

  boolean matches(String name) {
    return (!isHidden(name) || matchesHidden()) && (pattern == null || pattern.matches(name));
  }

  /** Whether it is for names that are otherwise left out. */
  boolean matchesHidden() {
    return isHidden(text);
  }

  /** Whether other programs keep their books under such a name. */
  static boolean isHidden(String name) {
    return name.startsWith("_")
        || (name.startsWith(".") && !name.equals(".") && !name.equals(".."));
  }

  @Override
  public String toString() {
    return text;
  }
}
