package io.repvit.predict;

import io.repvit.metrics.RunMetrics;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of the objects of one partition, or of several.
 *
 * @param entries of the plan that were read: objects, shards or rows
 * @param predicted rows in the table of predictions
 * @param quarantined rows in quarantine by {@code stage/CODE}
 * @param labels rows in predictions by label
 * @param bytes encoded bytes of the objects
 * @param reused rows of images whose bytes had been scored for another row
 * @param membersLeftOut members of shards that are no images and are not carried
 * @param metrics what was measured on the way
 */
public record PartitionReport(
    long entries,
    long predicted,
    Map<String, Long> quarantined,
    Map<String, Long> labels,
    long bytes,
    long reused,
    long membersLeftOut,
    RunMetrics metrics)
    implements Serializable {
  /** Nothing yet. */
  public static final PartitionReport EMPTY =
      new PartitionReport(0, 0, new TreeMap<>(), new TreeMap<>(), 0, 0, 0, RunMetrics.EMPTY);

  /** Rows in quarantine, all reasons. */
  public long quarantinedTotal() {
    return quarantined.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Rows in both tables. */
  public long rows() {
    return predicted + quarantinedTotal();
  }

  /** Both together. */
  public PartitionReport plus(PartitionReport o) {
    return new PartitionReport(
        entries + o.entries,
        predicted + o.predicted,
        sum(quarantined, o.quarantined),
        sum(labels, o.labels),
        bytes + o.bytes,
        reused + o.reused,
        membersLeftOut + o.membersLeftOut,
        metrics.plus(o.metrics));
  }

  /** The same with what was measured elsewhere. */
  public PartitionReport plus(RunMetrics more) {
    return new PartitionReport(
        entries, predicted, quarantined, labels, bytes, reused, membersLeftOut, metrics.plus(more));
  }

  private static Map<String, Long> sum(Map<String, Long> a, Map<String, Long> b) {
    var sum = new TreeMap<>(a);
    b.forEach((key, n) -> sum.merge(key, n, Long::sum));
    return sum;
  }
}
