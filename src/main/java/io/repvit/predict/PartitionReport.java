package io.repvit.predict;

import io.repvit.metrics.RunMetrics;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts and measurements of one partition, or the sum over several.
 *
 * @param entries number of entries of the plan that were read: objects, shards or rows
 * @param predicted rows in the predictions table
 * @param answeredBySecond rows of them that are from the second model of a cascade
 * @param quarantined rows in the quarantine table by {@code stage/CODE}
 * @param labels rows in the predictions table by label
 * @param bytes encoded bytes of the images
 * @param reused rows of duplicates, whose result was reused
 * @param membersLeftOut members of shards that are neither images nor carried columns
 * @param metrics measurements
 */
public record PartitionReport(
    long entries,
    long predicted,
    long answeredBySecond,
    Map<String, Long> quarantined,
    Map<String, Long> labels,
    long bytes,
    long reused,
    long membersLeftOut,
    RunMetrics metrics)
    implements Serializable {
  /** The report of no partition. */
  public static final PartitionReport EMPTY =
      new PartitionReport(0, 0, 0, new TreeMap<>(), new TreeMap<>(), 0, 0, 0, RunMetrics.EMPTY);

  /** Rows in the quarantine table, for all reasons. */
  public long quarantinedTotal() {
    return quarantined.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Rows in both tables. */
  public long rows() {
    return predicted + quarantinedTotal();
  }

  /** The sum of this report and another. */
  public PartitionReport plus(PartitionReport o) {
    return new PartitionReport(
        entries + o.entries,
        predicted + o.predicted,
        answeredBySecond + o.answeredBySecond,
        sum(quarantined, o.quarantined),
        sum(labels, o.labels),
        bytes + o.bytes,
        reused + o.reused,
        membersLeftOut + o.membersLeftOut,
        metrics.plus(o.metrics));
  }

  /** This report with further measurements added. */
  public PartitionReport plus(RunMetrics more) {
    return new PartitionReport(
        entries,
        predicted,
        answeredBySecond,
        quarantined,
        labels,
        bytes,
        reused,
        membersLeftOut,
        metrics.plus(more));
  }

  private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
    var sum = new TreeMap<>(a);
    b.forEach((key, n) -> sum.merge(key, n, Long::sum));
    return sum;
  }
}
