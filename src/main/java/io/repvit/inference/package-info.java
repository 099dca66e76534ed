/**
 * One image classifier with no Spark in it: model card, session, batch, prediction.
 *
 * <p>Enter by {@link io.repvit.inference.ClassifierSession}. The only room that knows ONNX Runtime;
 * it knows {@code onnx} for the rewrite of a graph that ONNX Runtime has optimised.
 */
@NullMarked
package io.repvit.inference;

import org.jspecify.annotations.NullMarked;
