package io.repvit.analytics.clusters;

import io.repvit.analytics.Thumbnails;
import java.io.Serializable;
import java.util.Locale;

/**
 * Options of {@link Clusters}.
 *
 * @param least smallest number of clusters that is tried, at least 2
 * @param most largest number of clusters that is tried; equal to {@code least} tries one number
 * @param algorithm how clusters are found
 * @param pca principal components that the embeddings are reduced to, at least 2; 0 keeps all
 * @param seed seed of the initial centres
 * @param sample largest number of rows for the search of the number of clusters, for the principal
 *     components and for the silhouette; a larger table is sampled by the hashes of its paths
 * @param representatives nearest images to each centre that the summary names
 * @param farthest farthest images from each centre that the summary names
 * @param pictures largest number of thumbnails on the page
 * @param points largest number of points in the scatter plot
 * @param thumbnails options of the thumbnails
 */
public record ClusterOptions(
    int least,
    int most,
    Algorithm algorithm,
    int pca,
    long seed,
    int sample,
    int representatives,
    int farthest,
    int pictures,
    int points,
    Thumbnails.Options thumbnails)
    implements Serializable {
  /** Largest number of clusters, 1,000. Their centres are in the driver. */
  public static final int MAX_CLUSTERS = 1_000;

  /** Largest number of representatives and of farthest images of a cluster, 50 each. */
  public static final int MAX_MEMBERS = 50;

  /** Algorithms of MLlib. */
  public enum Algorithm {
    /** k-means with the initial centres of k-means||. */
    K_MEANS,
    /** Bisecting k-means: the largest cluster is divided in two, again and again. */
    BISECTING;

    /** The name in settings and summaries. */
    public String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Ten clusters by k-means, and the defaults of the command for the rest. */
  public static final ClusterOptions DEFAULT =
      new ClusterOptions(
          10, 10, Algorithm.K_MEANS, 0, 1, 20_000, 8, 4, 400, 2_000, Thumbnails.Options.DEFAULT);

  public ClusterOptions {
    require(
        least >= 2 && least <= most && most <= MAX_CLUSTERS,
        "clusters",
        least + ".." + most,
        "2 to " + MAX_CLUSTERS);
    require(pca == 0 || pca >= 2, "pca", pca, "0 or at least 2");
    require(sample >= 1_000, "sample", sample, "at least 1000");
    require(
        in(representatives, MAX_MEMBERS),
        "representatives",
        representatives,
        "0 to " + MAX_MEMBERS);
    require(in(farthest, MAX_MEMBERS), "farthest", farthest, "0 to " + MAX_MEMBERS);
    require(
        in(pictures, Thumbnails.MAX_PICTURES),
        "pictures",
        pictures,
        "0 to " + Thumbnails.MAX_PICTURES);
    require(in(points, 10_000), "points", points, "0 to 10000");
  }

  private static boolean in(int value, int most) {
    return value >= 0 && value <= most;
  }

  private static void require(boolean valid, String name, Object value, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }

  /** These options with another number of clusters. */
  public ClusterOptions withClusters(int from, int to) {
    return new ClusterOptions(
        from,
        to,
        algorithm,
        pca,
        seed,
        sample,
        representatives,
        farthest,
        pictures,
        points,
        thumbnails);
  }

  /** These options with another algorithm. */
  public ClusterOptions withAlgorithm(Algorithm other) {
    return new ClusterOptions(
        least,
        most,
        other,
        pca,
        seed,
        sample,
        representatives,
        farthest,
        pictures,
        points,
        thumbnails);
  }

  /** These options with another reduction; 0 for none. */
  public ClusterOptions withPca(int components) {
    return new ClusterOptions(
        least,
        most,
        algorithm,
        components,
        seed,
        sample,
        representatives,
        farthest,
        pictures,
        points,
        thumbnails);
  }
}
