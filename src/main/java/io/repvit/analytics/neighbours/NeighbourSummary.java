package io.repvit.analytics.neighbours;

import io.repvit.report.Numbers;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The summary of {@link Neighbours}.
 *
 * @param queries rows whose neighbours were searched
 * @param rows rows among which they were searched
 * @param width length of an embedding
 * @param k neighbours per query
 * @param method {@code exact} or {@code ivf}
 * @param neighbours number of neighbours that were found
 * @param problems queries without neighbours, by reason
 * @param unusable rows that can be no neighbours, by reason; empty if the queries are these rows
 * @param approximation facts about the approximate search; null if it was exact
 * @param nearest histogram of the cosines of nearest neighbours
 * @param farthest histogram of the cosines of the {@code k}-th neighbours
 * @param seconds from reading the table to the written rows
 */
public record NeighbourSummary(
    long queries,
    long rows,
    int width,
    int k,
    String method,
    long neighbours,
    Map<String, Long> problems,
    Map<String, Long> unusable,
    @Nullable CellFacts approximation,
    List<Bar> nearest,
    List<Bar> farthest,
    double seconds) {

  /**
   * A bar of a histogram.
   *
   * @param from lower end of the cosines; bars are 0.02 wide
   * @param count number of cosines
   */
  public record Bar(double from, long count) {}

  /** The share of exact neighbours that were found, as text. */
  String recall() {
    if (approximation == null) {
      return "exact";
    }
    Double recall = approximation.recall();
    return recall == null ? "unknown" : String.format(Locale.ROOT, "%.3f", recall);
  }

  String text() {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d neighbours of %,d queries among %,d rows of width %d, k = %d, %s, in %s",
            neighbours,
            queries,
            rows,
            width,
            k,
            method,
            Numbers.duration(seconds)));
    CellFacts cells = approximation;
    if (cells != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "%nrecall@%d is %s on %,d queries, with %d of %,d cells probed; the largest cell has"
                  + " %,d rows",
              k,
              recall(),
              cells.recallQueries(),
              cells.probes(),
              cells.cells(),
              cells.largestCell()));
    }
    append(text, "queries without neighbours", problems);
    append(text, "rows that can be no neighbours", unusable);
    return text.toString();
  }

  private static void append(StringBuilder text, String what, Map<String, Long> counts) {
    if (!counts.isEmpty()) {
      text.append(String.format(Locale.ROOT, "%n%s: %s", what, text(counts)));
    }
  }

  static String text(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(e -> String.format(Locale.ROOT, "%,d %s", e.getValue(), e.getKey()))
        .collect(Collectors.joining(", "));
  }
}
