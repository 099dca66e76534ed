/**
 * Metrics of a run: counts, times, scores, storage requests.
 *
 * <p>{@link io.repvit.metrics.RunMetrics} holds them all. Each metric is an immutable record with
 * an associative and commutative {@code plus}, so that the metrics of tasks are added in any order.
 * Records are serialised by Java and as JSON. A task fills a {@code Recorder} per metric, which
 * does not allocate per image. This package does not depend on images, models, files or Spark.
 */
@NullMarked
package io.repvit.metrics;

import org.jspecify.annotations.NullMarked;
