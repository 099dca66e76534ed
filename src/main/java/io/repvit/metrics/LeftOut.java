package io.repvit.metrics;

import static java.util.stream.Collectors.joining;

import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an input has and a run does not read.
 *
 * @param counts by the rule that leaves it out; rules that left out nothing may be missing
 */
public record LeftOut(Map<Rule, Long> counts) implements Serializable {
  public static final LeftOut NONE = new LeftOut(Map.of());

  /** Why a name is left out. */
  public enum Rule {
    /**
     * The name begins with {@code _} or {@code .}; a hidden folder of a file system counts once.
     */
    HIDDEN("with hidden names"),
    /** The name is not one of the input format, such as an image beside tar shards. */
    OTHER_FORMAT("of another format"),
    /** Another name of the input leads to the same object. */
    DUPLICATES("named more than once"),
    /** An object of no bytes that stands for a folder. */
    FOLDER_MARKERS("folder markers"),
    /** A symbolic link to a folder in which it stands itself. */
    LINK_LOOPS("links to a folder above them"),
    /** Below the output, in the folders where runs write; a folder of a file system counts once. */
    OUTPUT("in the output's own folders"),
    /** A member of an archive that is no image and is not carried. */
    MEMBERS("members that are no images"),
    /** A line of a list without anything in it. */
    BLANK_LINES("blank lines"),
    /** An entry of an inventory that is not the latest version of its key, or marks a deletion. */
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

  /** Whether all was read; not named as a property, for this is kept as JSON. */
  public boolean nothing() {
    return counts.isEmpty();
  }

  /** Every rule with its count, for programs. */
  public Map<String, Long> byName() {
    var all = new LinkedHashMap<String, Long>();
    for (Rule rule : Rule.values()) {
      all.put(rule.name().toLowerCase(Locale.ROOT), counts.getOrDefault(rule, 0L));
    }
    return all;
  }

  /** For people: {@code left out: 3 with hidden names, 1 of another format}. */
  public String text() {
    return nothing()
        ? "left out: nothing"
        : counts.entrySet().stream()
            .map(e -> e.getValue() + " " + e.getKey().text)
            .collect(joining(", ", "left out: ", ""));
  }
}
