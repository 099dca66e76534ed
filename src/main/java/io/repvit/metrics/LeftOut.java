package io.repvit.metrics;

import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts of names in the input that a run does not read.
 *
 * @param counts number of names by the rule that leaves them out; a rule with no names may be
 *     absent
 */
public record LeftOut(Map<Rule, Long> counts) implements Serializable {
  public static final LeftOut NONE = new LeftOut(Map.of());

  /** A rule by which names are left out. */
  public enum Rule {
    /**
     * The name starts with {@code _} or {@code .}. On S3 each hidden object counts; on other file
     * systems a hidden folder counts once.
     */
    HIDDEN("with hidden names"),
    /** The name does not match the input format, such as an image in a folder of tar shards. */
    OTHER_FORMAT("of another format"),
    /** The input names the same object more than once. */
    DUPLICATES("named more than once"),
    /** An empty S3 object that represents a folder. */
    FOLDER_MARKERS("folder markers"),
    /** A symbolic link to one of its own parent folders. */
    LINK_LOOPS("links to a folder above them"),
    /**
     * The name is in a folder of the output to which runs write. On S3 each object counts; on other
     * file systems the folder counts once.
     */
    OUTPUT("in the output's own folders"),
    /** An archive member that is neither an image nor carried. */
    MEMBERS("members that are no images"),
    /** A blank line of a list of paths. */
    BLANK_LINES("blank lines"),
    /** An S3 Inventory entry that is a delete marker or not the latest version of its key. */
    OLD_VERSIONS("old or deleted versions");

    private final String text;

    Rule(String text) {
      this.text = text;
    }
  }

  public LeftOut {
    counts = new TreeMap<>(counts);
    counts.values().removeIf(n -> n == 0);
  }

  public static LeftOut of(Rule rule, long n) {
    return new LeftOut(Map.of(rule, n));
  }

  public LeftOut plus(LeftOut other) {
    return new LeftOut(Counts.sum(counts, other.counts));
  }

  /** Returns whether no name was left out. Not a getter name, which would add a JSON property. */
  public boolean nothing() {
    return counts.isEmpty();
  }

  /** Returns the count of every rule by its name in the manifest, zeros included. */
  public Map<String, Long> byName() {
    var all = new LinkedHashMap<String, Long>();
    for (Rule rule : Rule.values()) {
      all.put(rule.name().toLowerCase(Locale.ROOT), counts.getOrDefault(rule, 0L));
    }
    return all;
  }

  /** Returns a line for people: {@code left out: 3 with hidden names, 1 of another format}. */
  public String text() {
    return nothing()
        ? "left out: nothing"
        : counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey().text)
            .collect(joining(", ", "left out: ", ""));
  }
}
