package io.repvit.input;

import java.io.IOException;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;

/**
 * A glob for one name of a path, as Hadoop has them: {@code * ? [a-z] {jpg,png}} and {@code \} to
 * take the next character as it is. As in a shell, a leading {@code _} or {@code .} must be written
 * to be matched.
 */
final class NamePattern {
  private final String text;
  private final PathFilter filter;

  private NamePattern(String text, PathFilter filter) {
    this.text = text;
    this.filter = filter;
  }

  static NamePattern of(String text) {
    try {
      return new NamePattern(text, new GlobFilter(text));
    } catch (IOException e) {
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

  boolean matches(String name) {
    return (!isHidden(name) || matchesHidden()) && filter.accept(new Path("/", name));
  }

  /** Whether it is for names that are otherwise left out. */
  boolean matchesHidden() {
    return isHidden(text);
  }

  /** Whether other programs keep their books under such a name. */
  static boolean isHidden(String name) {
    return name.startsWith("_") || name.startsWith(".");
  }

  @Override
  public String toString() {
    return text;
  }
}
