/**
 * One image classifier with no Spark in it: model card, session, batch, prediction.
 *
 * <p>Described by {@link io.repvit.inference.ModelCard}. The only room that knows ONNX Runtime.
 */
@NullMarked
package io.repvit.inference;

import org.jspecify.annotations.NullMarked;
