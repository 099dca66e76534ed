package io.repvit.metrics;

import java.util.Map;
import java.util.TreeMap;

/** Sums of maps of counts. */
final class Counts {
  private Counts() {}

  static <K extends Comparable<K>> TreeMap<K, Long> sum(Map<K, Long> a, Map<K, Long> b) {
    var sum = new TreeMap<>(a);
    b.forEach((key, n) -> sum.merge(key, n, Long::sum));
    return sum;
  }
}
