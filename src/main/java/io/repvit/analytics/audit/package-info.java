/**
 * What is wrong with a labelled set of images: wrong labels, outliers, poor quality, rare classes,
 * and images that another set has, too.
 *
 * <p>Entry type: {@link io.repvit.analytics.audit.Audit}. The package must not know how neighbours
 * or pairs of hashes are found, nor command lines.
 */
@NullMarked
package io.repvit.analytics.audit;

import org.jspecify.annotations.NullMarked;
