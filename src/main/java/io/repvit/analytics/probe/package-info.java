/**
 * A classifier for new labels on stored embeddings: cross-validated multinomial logistic
 * regression, and a model file that has it in place of the old classifier.
 *
 * <p>Entry type: {@link io.repvit.analytics.probe.Probe}. The audit takes probabilities from {@link
 * io.repvit.analytics.probe.OutOfFold}. The package must not know the audit, nor command lines.
 */
@NullMarked
package io.repvit.analytics.probe;

import org.jspecify.annotations.NullMarked;
