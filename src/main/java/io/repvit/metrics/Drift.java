package io.repvit.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Distances between the metrics of a run and those of an earlier run. */
public sealed interface Drift {

  /** The run was not compared. */
  record NotCompared(String reason) implements Drift {}

  /**
   * The run was compared with an earlier one.
   *
   * @param comparedWith name of the earlier run
   */
  record Compared(String comparedWith, List<Measure> measures) implements Drift {}

  /**
   * A distance and its limit.
   *
   * @param name name of the distance
   * @param value distance
   * @param limit largest distance that does not exceed the limit
   */
  record Measure(String name, double value, double limit) {
    /** Returns whether the distance is above the limit or NaN. */
    boolean exceeded() {
      return !(value <= limit);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%s %.4g, at most %.4g", name, value, limit);
    }
  }

  /** Returns whether a limit is exceeded. */
  default boolean exceeded() {
    return this instanceof Compared c && c.measures().stream().anyMatch(Measure::exceeded);
  }

  /** Returns a line for people. */
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
