package io.repvit.metrics;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * All that is measured of tasks beside their counts of rows.
 *
 * @param coreNanos wall time of tasks times the cores each may use, nanoseconds
 * @param tasksByGraph tasks by the graph that their session ran
 * @param times where time went
 * @param timeline when images were done
 * @param digest fingerprint of the images' paths and versions
 * @param scores of the best classes
 * @param embeddings their sum
 * @param extremes most and least certain images
 * @param refusals examples of quarantine
 * @param quality images whose quality measures are below a threshold
 * @param traffic with storage
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
    QualityIssues quality,
    Traffic traffic)
    implements Serializable {
  /** Nothing yet. */
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
          QualityIssues.NONE,
          Traffic.NONE);

  public RunMetrics {
    tasksByGraph = new TreeMap<>(tasksByGraph);
  }

  /** Of one task as a whole, or of the driver. */
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
        EMPTY.quality,
        traffic);
  }

  /** Both together. */
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
        quality.plus(o.quality),
        traffic.plus(o.traffic));
  }
}
