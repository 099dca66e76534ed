/**
 * Clusters of images by their embeddings: k-means or bisecting k-means of MLlib, with the labels,
 * the typical and the unusual images of each cluster.
 *
 * <p>Entry type: {@link io.repvit.analytics.clusters.Clusters}. The package must not know the other
 * questions, nor command lines.
 */
@NullMarked
package io.repvit.analytics.clusters;

import org.jspecify.annotations.NullMarked;
