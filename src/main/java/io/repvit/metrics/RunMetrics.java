package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * All metrics of tasks, except for their row counts.
 *
 * @param coreNanos wall time of tasks multiplied by {@code spark.task.cpus}, nanoseconds
 * @param tasksByGraph number of tasks by the ONNX graph that their session ran
 * @param times time per stage
 * @param timeline number of finished images over time
 * @param digest fingerprint of the images' paths and versions
 * @param scores distribution of the scores of the best classes
 * @param embeddings sum of the embeddings
 * @param extremes images with the highest and the lowest scores
 * @param refusals examples of quarantined objects
 * @param traffic storage requests and bytes
 */
public record RunMetrics(
    long coreNanos,
    Map<String, Long> tasksByGraph,
    StageTimes times,
    Timeline timeline,
    InputDigest digest,
    Scores scores,
    EmbeddingSum embeddings,
    Extremes extremes,
    Refusals refusals,
    Traffic traffic)
    implements Serializable {
  /** No metrics. */
  public static final RunMetrics EMPTY =
      new RunMetrics(
          0,
          Map.of(),
          StageTimes.NONE,
          Timeline.EMPTY,
          InputDigest.EMPTY,
          Scores.NONE,
          EmbeddingSum.NONE,
          Extremes.NONE,
          Refusals.NONE,
          Traffic.NONE);

  public RunMetrics {
    tasksByGraph = new TreeMap<>(tasksByGraph);
  }

  /** Metrics that are measured once per task, or once in the driver. */
  public static RunMetrics of(long coreNanos, Traffic traffic) {
    return new RunMetrics(
        coreNanos,
        EMPTY.tasksByGraph,
        EMPTY.times,
        EMPTY.timeline,
        EMPTY.digest,
        EMPTY.scores,
        EMPTY.embeddings,
        EMPTY.extremes,
        EMPTY.refusals,
        traffic);
  }

  /** Returns the sum of both. */
  public RunMetrics plus(RunMetrics o) {
    return new RunMetrics(
        coreNanos + o.coreNanos,
        Counts.sum(tasksByGraph, o.tasksByGraph),
        times.plus(o.times),
        timeline.plus(o.timeline),
        digest.plus(o.digest),
        scores.plus(o.scores),
        embeddings.plus(o.embeddings),
        extremes.plus(o.extremes),
        refusals.plus(o.refusals),
        traffic.plus(o.traffic));
  }
}
