package io.repvit.source;

import java.util.Locale;
import org.apache.hadoop.fs.GlobPattern;
import org.jspecify.annotations.Nullable;

/**
 * A glob for one name of a path, in Hadoop's syntax: {@code * ? [a-z] {jpg,png}}, and {@code \} to
 * escape a character. A leading {@code _} or {@code .} of a name matches only a literal one, as a
 * leading dot does in a shell. {@code **} matches any number of folders.
 */
final class NamePattern {
  private static final String ANY_FOLDERS = "**";

  private final String text;

  /** Null for {@code **}. */
  private final @Nullable GlobPattern pattern;

  private NamePattern(String text, @Nullable GlobPattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  /**
   * Parses a glob.
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
              "'%s' has '**' next to other characters; use '**' between slashes for any number of folders, or '*'",
              text));
    }
    try {
      return new NamePattern(text, new GlobPattern(text));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether {@code text} has a wildcard. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
  }

  /** The name that a text without wildcards matches. */
  static String unescape(String text) {
    return text.replaceAll("\\\\(.)", "$1");
  }

  /** Whether this is {@code **}. */
  boolean isAnyFolders() {
    return pattern == null;
  }

  boolean matches(String name) {
    return (!isHidden(name) || matchesHidden()) && (pattern == null || pattern.matches(name));
  }

  /** Whether it matches hidden names. */
  boolean matchesHidden() {
    return isHidden(text);
  }

  /** Whether a name is hidden: other programs use such names for their own files. */
  static boolean isHidden(String name) {
    return name.startsWith("_")
        || (name.startsWith(".") && !name.equals(".") && !name.equals(".."));
  }

  @Override
  public String toString() {
    return text;
  }
}
