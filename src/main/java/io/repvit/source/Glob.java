package io.repvit.source;

import java.util.List;

/**
 * A glob relative to a folder. It selects the objects that it matches, and everything that is not
 * hidden below the folders that it matches.
 *
 * @param given the input as the user gave it
 * @param patterns one pattern per level of names; empty selects everything that is not hidden
 */
record Glob(String given, List<NamePattern> patterns) {

  /** Whether a glob selects a path. */
  enum Reach {
    NO,
    /** The path is hidden, below a folder that matches. */
    HIDDEN,
    YES
  }

  Glob {
    patterns = List.copyOf(patterns);
  }

  /** Whether it selects everything that is not hidden. */
  boolean isAll() {
    return patterns.isEmpty();
  }

  /** Whether it may match names at any depth ({@code **}). */
  boolean isDeep() {
    return patterns.stream().anyMatch(NamePattern::isAnyFolders);
  }

  boolean matchesHidden() {
    return patterns.stream().anyMatch(NamePattern::matchesHidden);
  }

  /**
   * Whether this glob selects an object or folder.
   *
   * @param names the path relative to the folder of the glob
   */
  Reach reach(List<String> names) {
    return reach(patterns, names);
  }

  private static Reach reach(List<NamePattern> patterns, List<String> names) {
    if (patterns.isEmpty()) {
      return names.stream().anyMatch(NamePattern::isHidden) ? Reach.HIDDEN : Reach.YES;
    }
    if (names.isEmpty()) {
      return Reach.NO;
    }
    NamePattern first = patterns.get(0);
    Reach here = first.isAnyFolders() ? reach(rest(patterns), names) : Reach.NO;
    if (here == Reach.YES || !first.matches(names.get(0))) {
      return here;
    }
    Reach below = reach(first.isAnyFolders() ? patterns : rest(patterns), rest(names));
    return below == Reach.NO ? here : below;
  }

  /** Whether a folder may contain something that this glob matches. */
  boolean leadsThrough(List<String> names) {
    return leadsThrough(patterns, names);
  }

  private static boolean leadsThrough(List<NamePattern> patterns, List<String> names) {
    if (patterns.isEmpty() || names.isEmpty()) {
      return names.isEmpty();
    }
    NamePattern first = patterns.get(0);
    return (first.isAnyFolders() && leadsThrough(rest(patterns), names))
        || (first.matches(names.get(0))
            && leadsThrough(first.isAnyFolders() ? patterns : rest(patterns), rest(names)));
  }

  private static <T> List<T> rest(List<T> all) {
    return all.subList(1, all.size());
  }
}
