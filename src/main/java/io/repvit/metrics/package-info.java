/**
 * What is counted of a run.
 *
 * <p>{@link io.repvit.metrics.RunMetrics} holds all of it. Every part is a record that can be added
 * to another of its kind, in any order, and that goes through Java serialisation and JSON; each has
 * a {@code Recorder} that a task fills without allocating per image. Knows nothing of images,
 * models, files or Spark.
 */
@NullMarked
package io.repvit.metrics;

import org.jspecify.annotations.NullMarked;
