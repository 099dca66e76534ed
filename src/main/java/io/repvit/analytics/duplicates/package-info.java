/**
 * Groups of images that are the same: with equal bytes, similar perceptual hashes or similar
 * embeddings. Links between images are found by each relation, and their connected components are
 * the groups.
 *
 * <p>Entry types: {@link io.repvit.analytics.duplicates.Duplicates}, {@link
 * io.repvit.analytics.duplicates.HashPairs}. The package must not know labels, nor command lines.
 */
@NullMarked
package io.repvit.analytics.duplicates;

import org.jspecify.annotations.NullMarked;
