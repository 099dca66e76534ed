package io.repvit.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How far a run is from an earlier one. */
public sealed interface Drift {

  /** Nothing was compared. */
  record NotCompared(String reason) implements Drift {}

  /**
   * Two runs were compared.
   *
   * @param comparedWith the earlier one
   */
  record Compared(String comparedWith, List<Measure> measures) implements Drift {}

  /**
   * One distance.
   *
   * @param name what differs
   * @param value how much
   * @param limit how much is allowed
   */
  record Measure(String name, double value, double limit) {
    /** Also what is not a number is too far. */
    boolean exceeded() {
      return !(value <= limit);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.4g, at most %.4g", name, value, limit);
    }
  }

  /** Whether a limit is exceeded. */
  default boolean exceeded() {
    return this instanceof Compared c && c.measures().stream().anyMatch(Measure::exceeded);
  }

  /** For people. */
  default String text() {
    if (this instanceof Compared c) {
      return String.format(
          Locale.ROOT,
          "compared with %s: %s",
          c.comparedWith(),
          c.measures().stream().map(Measure::toString).collect(Collectors.joining("; ")));
    }
    return "not compared: " + ((NotCompared) this).reason();
  }
}
