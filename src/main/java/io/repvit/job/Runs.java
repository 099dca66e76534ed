package io.repvit.job;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a benchmark measured, run by run. */
final class Runs {
  private final Map<String, List<Double>> values = new LinkedHashMap<>();

  void add(String what, double value) {
    values.computeIfAbsent(what, w -> new ArrayList<>()).add(value);
  }

  /** What was measured, in the order of the first runs. */
  Set<String> names() {
    return values.keySet();
  }

  /** Not a number if nothing was measured under that name. */
  double median(String what) {
    List<Double> sorted = values.getOrDefault(what, List.of()).stream().sorted().toList();
    int n = sorted.size();
    return n == 0 ? Double.NaN : (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
  }
}
