package io.repvit.metrics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some of the objects in quarantine, for people to look at: of every reason the first few by path.
 *
 * @param examples by {@code stage/CODE}
 */
public record Refusals(Map<String, List<Example>> examples) implements Serializable {
  /** Examples of a reason: 3. */
  public static final int PER_REASON = 3;

  /** No refusals. */
  public static final Refusals NONE = new Refusals(Map.of());

  /**
   * One object.
   *
   * @param path full URI
   * @param message what was wrong with it
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

  /** Both together. */
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

  /** Of one task, on one thread. */
  public static final class Recorder {
    private Refusals kept = NONE;

    /** Adds one. */
    public void add(String reason, String path, String message) {
      List<Example> known = kept.examples.getOrDefault(reason, List.of());
      if (known.size() < PER_REASON || path.compareTo(known.get(PER_REASON - 1).path()) < 0) {
        kept = kept.plus(new Refusals(Map.of(reason, List.of(new Example(path, message)))));
      }
    }

    /** What is kept so far. */
    public Refusals total() {
      return kept;
    }
  }
}
