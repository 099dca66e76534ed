package io.repvit.analytics.clusters;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The summary of {@link Clusters}.
 *
 * @param images rows of the table
 * @param withoutEmbedding rows whose embedding is null, empty or not finite; they are in no cluster
 * @param clustered rows in a cluster
 * @param algorithm k-means or bisecting
 * @param clusters number of clusters that were found; less than asked for if fewer images differ
 * @param dimensions length of the embeddings
 * @param pca principal components that were clustered; 0 for the whole embeddings
 * @param pcaVariance share of the variance in these components; null without a reduction
 * @param planeVariance share of the variance in the columns {@code x} and {@code y}; null if all
 *     embeddings are equal
 * @param seed seed of the initial centres
 * @param silhouette mean silhouette, squared Euclidean, -1 to 1; null with one cluster
 * @param sampled rows that silhouette, search and principal components were computed from
 * @param tried the numbers of clusters that were tried, with their silhouettes; empty if one was
 *     asked for
 * @param truthPurity share of images with the most frequent true label of their cluster; null
 *     without true labels
 * @param adjustedRand agreement of clusters and true labels: 1 if equal, about 0 by chance; null
 *     without true labels
 * @param list the clusters, largest first
 */
public record ClusterSummary(
    long images,
    long withoutEmbedding,
    long clustered,
    String algorithm,
    int clusters,
    int dimensions,
    int pca,
    @Nullable Double pcaVariance,
    @Nullable Double planeVariance,
    long seed,
    @Nullable Double silhouette,
    long sampled,
    List<Tried> tried,
    @Nullable Double truthPurity,
    @Nullable Double adjustedRand,
    List<Cluster> list) {

  /**
   * A number of clusters that was tried on the sample.
   *
   * @param silhouette null if only one cluster was found
   */
  public record Tried(int clusters, @Nullable Double silhouette) {}

  /**
   * A cluster.
   *
   * @param cluster its number; 0 is the largest
   * @param share share of the clustered images
   * @param meanDistance mean Euclidean distance to the centre
   * @param labels its predicted labels
   * @param truth its true labels; null without true labels
   * @param representatives images nearest to the centre, nearest first
   * @param farthest images farthest from the centre, farthest first
   */
  public record Cluster(
      int cluster,
      long images,
      double share,
      double meanDistance,
      double maxDistance,
      Mix labels,
      @Nullable Mix truth,
      List<Member> representatives,
      List<Member> farthest) {}

  /**
   * The labels in a cluster.
   *
   * @param labels number of labels
   * @param purity share of the most frequent label
   * @param entropy entropy of the labels, bits
   * @param top the most frequent labels
   */
  public record Mix(long labels, double purity, double entropy, List<LabelShare> top) {}

  /** A label and its share of a cluster. */
  public record LabelShare(String label, long images, double share) {}

  /**
   * An image of a cluster.
   *
   * @param distance Euclidean distance to the centre
   */
  public record Member(String path, String label, double distance) {}
}
