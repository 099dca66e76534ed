package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks have done.
 *
 * @param predicted images with a prediction
 * @param quarantined images without one, by {@code stage/CODE}
 * @param bytes encoded bytes of these images
 * @param batches batches that ONNX Runtime has computed, of both models of a cascade
 * @param stageNanos nanoseconds by stage, see {@link StageTimes#ofTaskThreads}
 */
public record Work(
    long predicted,
    Map<String, Long> quarantined,
    long bytes,
    long batches,
    Map<String, Long> stageNanos)
    implements Serializable {
  /** No work. */
  public static final Work NONE = new Work(0, Map.of(), 0, 0, Map.of());

  public Work {
    quarantined = new TreeMap<>(quarantined);
    stageNanos = new TreeMap<>(stageNanos);
  }

  /** Images with and without a prediction. */
  public long images() {
    return predicted + quarantined.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Both together. */
  public Work plus(Work o) {
    return new Work(
        predicted + o.predicted,
        Counts.sum(quarantined, o.quarantined),
        bytes + o.bytes,
        batches + o.batches,
        Counts.sum(stageNanos, o.stageNanos));
  }

  /** What came since {@code earlier}. */
  public Work minus(Work earlier) {
    return new Work(
        predicted - earlier.predicted,
        Counts.difference(quarantined, earlier.quarantined),
        bytes - earlier.bytes,
        batches - earlier.batches,
        Counts.difference(stageNanos, earlier.stageNanos));
  }
}
