/**
 * The model as a function on rows: the input is encoded images, the output is predictions or
 * reasons for quarantine. The tasks of an executor share one session per model.
 *
 * <p>Entry types: {@link io.repvit.predict.PartitionPredictor}, the loop over the images of one
 * task, {@link io.repvit.predict.ClassifierPool}, the session cache of an executor, and {@link
 * io.repvit.predict.ImageClassifier}, the transformer. This package must not know plans, tables or
 * runs.
 */
@NullMarked
package io.repvit.predict;

import org.jspecify.annotations.NullMarked;
