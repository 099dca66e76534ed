package io.repvit.source;

import java.util.List;

/**
 * A glob below a folder. It means what it matches, and of folders all below them that is not
 * hidden.
 *
 * @param given the input that it is from
 * @param patterns of names, one below the other; none means all
 */
record Glob(String given, List<NamePattern> patterns) {

  /** What a glob says of a name. */
  enum Reach {
    NO,
    /** It is below what matches, and hidden. */
    HIDDEN,
    YES
  }

  Glob {
    patterns = List.copyOf(patterns);
  }

  /** Whether it means all that is not hidden. */
  boolean isAll() {
    return patterns.isEmpty();
  }

  /** Whether it may match names at any depth. */
  boolean isDeep() {
    return patterns.stream().anyMatch(NamePattern::isAnyFolders);
  }

  boolean matchesHidden() {
    return patterns.stream().anyMatch(NamePattern::matchesHidden);
  }

  /**
   * What it says of an object or folder.
   *
   * @param names from the folder of the glob on
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

  /** Whether a folder may have something below it that this matches. */
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
