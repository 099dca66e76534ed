package io.repvit.metrics;

import java.util.Map;
import java.util.TreeMap;

/** Sums of maps of counts. */
final class Counts {
  private Counts() {}

  /** What came since {@code earlier}, without names that got nothing. */
  static Map<String, Long> difference(Map<String, Long> now, Map<String, Long> earlier) {
    var difference = new TreeMap<String, Long>();
    now.forEach((name, n) -> difference.put(name, n - earlier.getOrDefault(name, 0L)));
    difference.values().removeIf(n -> n == 0);
    return difference;
  }

  static <K extends Comparable<K>> TreeMap<K, Long> sum(Map<K, Long> a, Map<K, Long> b) {
    var sum = new TreeMap<>(a);
    b.forEach((key, n) -> sum.merge(key, n, Long::sum));
    return sum;
  }
}
