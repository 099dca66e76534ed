/**
 * Runs one image classifier in ONNX Runtime, without Spark: model card, session, batch and
 * prediction.
 *
 * <p>Entry: {@link io.repvit.inference.ClassifierSession}. Only this package uses {@code
 * ai.onnxruntime}. It uses {@code image} for the preprocessing of a model and {@code onnx} to
 * rewrite graphs. It must not know Spark, Hadoop or the network classes.
 */
@NullMarked
package io.repvit.inference;

import org.jspecify.annotations.NullMarked;
