package io.repvit.predict;

import io.repvit.image.ImageQuality.Issue;
import io.repvit.image.Preprocessing;
import io.repvit.image.Thumbnail;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.Prediction;
import io.repvit.metrics.Durations;
import io.repvit.metrics.EmbeddingSum;
import io.repvit.metrics.Extremes;
import io.repvit.metrics.InputDigest;
import io.repvit.metrics.QualityIssues;
import io.repvit.metrics.Refusals;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Timeline;
import io.repvit.metrics.Traffic;
import io.repvit.source.Quarantined;
import io.repvit.source.SourceObject;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Measures the images of one task. */
public final class TaskMetrics {
  private final Preprocessing preprocessing;
  private final Preprocessing ofSecond;
  private final Map<String, Long> graphs = new TreeMap<>();
  private final Timeline.Recorder timeline = new Timeline.Recorder();
  private final InputDigest.Recorder digest = new InputDigest.Recorder();
  private final Scores.Recorder scores = new Scores.Recorder();
  private final EmbeddingSum.Recorder embeddings = new EmbeddingSum.Recorder();
  private final Extremes.Recorder extremes;
  private final Refusals.Recorder refusals = new Refusals.Recorder();
  private final QualityIssues.Recorder quality = new QualityIssues.Recorder();
  private long answeredBySecond;

  /**
   * @param second session of the second model of a cascade; null without one
   * @param thumbnails number of images with the greatest, and of those with the least scores to
   *     keep
   */
  public TaskMetrics(
      ClassifierSession session, @Nullable ClassifierSession second, int thumbnails) {
    preprocessing = session.card().preprocessing();
    count(session.graph());
    ofSecond = second == null ? preprocessing : second.card().preprocessing();
    if (second != null) {
      count(second.graph());
    }
    extremes = new Extremes.Recorder(thumbnails);
  }

  private void count(ClassifierSession.Graph graph) {
    graphs.merge(graph.name().toLowerCase(Locale.ROOT), 1L, Long::sum);
  }

  /**
   * Counts a row of the predictions table.
   *
   * @param bySecond whether the second model of a cascade made the prediction; its embeddings have
   *     another meaning and are not added to those of the first
   * @param pixels the model's input; null for a duplicate, which gets no thumbnail
   */
  public void predicted(
      DecodedObject image,
      Prediction.Score best,
      boolean bySecond,
      float @Nullable [] embedding,
      @Nullable FloatBuffer pixels,
      Instant now) {
    SourceObject object = image.object();
    count(object, now);
    if (image.measures().quality() != null) {
      quality.add(image.measures().quality().issues().stream().map(Issue::column).toList());
    }
    scores.add(best.score());
    if (bySecond) {
      answeredBySecond++;
    } else if (embedding != null) {
      embeddings.add(embedding);
    }
    if (pixels != null) {
      extremes.offer(
          object.path(),
          best.label(),
          best.score(),
          () -> {
            var thumbnail = Thumbnail.of(pixels, bySecond ? ofSecond : preprocessing);
            return () -> Base64.getEncoder().encodeToString(thumbnail.jpeg());
          });
    }
  }

  /** Counts a row of the quarantine table. */
  public void quarantined(Quarantined row, Instant now) {
    count(row.object(), now);
    refusals.add(row.reason(), row.object().path(), row.message());
  }

  private void count(SourceObject object, Instant now) {
    timeline.add(now.toEpochMilli());
    digest.add(object.path(), object.etag(), object.length(), object.modifiedAt());
  }

  /** The metrics of the task. */
  public RunMetrics total(StageTimes.Recorder times, Durations fetches) {
    return new RunMetrics(
        0,
        graphs,
        times.total(fetches),
        timeline.total(),
        digest.total(),
        scores.total(),
        embeddings.total(),
        extremes.total(),
        refusals.total(),
        quality.total(),
        Traffic.NONE);
  }

  /** Number of predictions that the second model of a cascade made. */
  public long answeredBySecond() {
    return answeredBySecond;
  }
}
