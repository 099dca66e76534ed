/**
 * Distribution: the plan of an input in waves of partitions, one session per executor, two tables
 * in one pass, published together.
 *
 * <p>Enter by {@link io.repvit.spark.Attempts} and {@link io.repvit.spark.ClassifyRun}; the path of
 * one image is {@link io.repvit.spark.PartitionPredictor}. Knows nothing of command lines or
 * settings files.
 */
@NullMarked
package io.repvit.spark;

import org.jspecify.annotations.NullMarked;
