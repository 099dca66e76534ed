/**
 * How right predictions are: accuracy by class, calibration, intervals by the bootstrap, the
 * comparison of two models, and the limits of a cascade.
 *
 * <p>Entry types: {@link io.repvit.analytics.evaluation.Evaluation}, {@link
 * io.repvit.analytics.evaluation.CascadeLimits}. The package needs the labels of predictions and
 * true labels only; it must not know embeddings, models, nor command lines.
 */
@NullMarked
package io.repvit.analytics.evaluation;

import org.jspecify.annotations.NullMarked;
