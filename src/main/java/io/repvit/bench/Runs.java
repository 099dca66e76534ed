package io.repvit.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values that a benchmark has measured, by name. */
public final class Runs {
  private final Map<String, List<Double>> values = new LinkedHashMap<>();

  void add(String what, double value) {
    values.computeIfAbsent(what, w -> new ArrayList<>()).add(value);
  }

  /** Names in the order of their first values. */
  Set<String> names() {
    return values.keySet();
  }

  double median(String what) {
    return spread(what).median();
  }

  /** The spread of the values of a name; NaN if there are none. */
  Spread spread(String what) {
    List<Double> sorted = values.getOrDefault(what, List.of()).stream().sorted().toList();
    int n = sorted.size();
    return n == 0
        ? new Spread(Double.NaN, Double.NaN, Double.NaN)
        : new Spread(
            sorted.get(0), (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2, sorted.get(n - 1));
  }

  /** Minimum, median and maximum. */
  record Spread(double min, double median, double max) {}
}
