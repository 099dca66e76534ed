package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Examples of quarantined objects for the report: for each reason the first few in order of path.
 *
 * @param examples examples by reason, {@code stage/CODE}
 */
public record Refusals(Map<String, List<Example>> examples) implements Serializable {
  /** Largest number of examples per reason: 3. */
  public static final int PER_REASON = 3;

  /** No examples. */
  public static final Refusals NONE = new Refusals(Map.of());

  /**
   * A quarantined object.
   *
   * @param path full URI
   * @param message message of its quarantine row
   */
  public record Example(String path, String message) implements Serializable {}

  public Refusals {
    examples = new TreeMap<>(examples);
    examples.replaceAll(
        (reason, of) ->
            of.stream()
                .sorted(Comparator.comparing(Example::path).thenComparing(Example::message))
                .limit(PER_REASON)
                .toList());
  }

  /** Returns the examples of both. */
  public Refusals plus(Refusals o) {
    var both = new TreeMap<>(examples);
    o.examples.forEach(
        (reason, more) ->
            both.merge(
                reason,
                more,
                (a, b) -> {
                  var all = new ArrayList<>(a);
                  all.addAll(b);
                  return all;
                }));
    return new Refusals(both);
  }

  /** Collects the values of one task. Not thread-safe. */
  public static final class Recorder {
    private Refusals kept = NONE;

    /** Adds an example, if it is among the first of its reason. */
    public void add(String reason, String path, String message) {
      List<Example> known = kept.examples.getOrDefault(reason, List.of());
      if (known.size() < PER_REASON || path.compareTo(known.get(PER_REASON - 1).path()) < 0) {
        kept = kept.plus(new Refusals(Map.of(reason, List.of(new Example(path, message)))));
      }
    }

    /** Returns the examples so far. */
    public Refusals total() {
      return kept;
    }
  }
}
