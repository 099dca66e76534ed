/**
 * The model as a function on rows: encoded images in, outcomes out. One session per executor and
 * model, shared by its tasks.
 *
 * <p>Enter by {@link io.repvit.predict.PartitionPredictor}, the loop over the images of one task;
 * {@link io.repvit.predict.ClassifierPool} keeps the sessions. Knows nothing of plans, tables or
 * runs.
 */
@NullMarked
package io.repvit.predict;

import org.jspecify.annotations.NullMarked;
