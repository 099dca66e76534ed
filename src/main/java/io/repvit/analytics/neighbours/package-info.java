/**
 * Nearest rows by the cosine of their embeddings. All pairs of rows are compared, or those of near
 * cells; embeddings travel in blocks, so that the memory of a task does not depend on the table.
 *
 * <p>Entry types: {@link io.repvit.analytics.neighbours.Neighbours}, {@link
 * io.repvit.analytics.neighbours.SimilarPairs}. The package must not know what neighbours are used
 * for, nor command lines.
 */
@NullMarked
package io.repvit.analytics.neighbours;

import org.jspecify.annotations.NullMarked;
