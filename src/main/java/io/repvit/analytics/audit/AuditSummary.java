package io.repvit.analytics.audit;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link Audit} has found, in numbers.
 *
 * @param predictions place of the audited set
 * @param other place of the other set; null if there is none
 * @param images number of images
 * @param issues number of rows by issue
 * @param notChecked what was not checked, and why
 * @param labels null if labels were not checked; so are the following
 * @param outliers images unlike all others
 * @param quality what the quality measures flag
 * @param leakage images that are in both sets
 * @param balance classes and their sizes
 */
public record AuditSummary(
    String predictions,
    @Nullable String other,
    long images,
    Map<String, Long> issues,
    Map<String, String> notChecked,
    @Nullable LabelIssues labels,
    @Nullable Outliers outliers,
    @Nullable Quality quality,
    @Nullable Leakage leakage,
    Balance balance) {

  /**
   * Likely wrong labels.
   *
   * @param checked number of images with a given label and probabilities
   * @param withoutEmbedding labelled images that have no usable embedding
   * @param flagged number of likely wrong labels
   * @param estimatedWrong number of wrong labels that the calibrated joint estimates
   * @param accuracy share of images whose likeliest class by cross-validation is the given one
   * @param regularisation of the cross-validated layer
   * @param pairs most frequent pairs of labels
   */
  public record LabelIssues(
      String probabilities,
      String filter,
      String rankBy,
      long checked,
      long withoutEmbedding,
      long flagged,
      long estimatedWrong,
      @Nullable Double accuracy,
      @Nullable Double regularisation,
      List<Pair> pairs) {}

  /** Number of flagged images with one given label and one suggested label. */
  public record Pair(String given, String suggested, long images) {}

  /**
   * Images unlike all others.
   *
   * @param checked number of images with an embedding
   * @param withoutEmbedding number of images without a usable embedding
   * @param neighbour which neighbour's distance is taken
   * @param median of the distances; a distance is 1 - cosine
   * @param lowerQuartile of the distances
   * @param upperQuartile of the distances
   * @param threshold distance above which an image is an outlier
   */
  public record Outliers(
      long checked,
      long withoutEmbedding,
      int neighbour,
      double median,
      double lowerQuartile,
      double upperQuartile,
      double threshold) {}

  /**
   * What the quality measures flag.
   *
   * @param measured number of images with measures
   * @param flagged number of flagged images by issue
   * @param prevalent issues of more than half of the images, which are no rows
   */
  public record Quality(long measured, Map<String, Long> flagged, List<String> prevalent) {}

  /**
   * Images that are in both sets.
   *
   * @param otherImages number of images of the other set
   * @param leaked number of images of the audited set that are in the other one, by how equal they
   *     are
   */
  public record Leakage(long otherImages, Map<String, Long> leaked) {}

  /**
   * Classes and their sizes.
   *
   * @param withoutLabel number of images without a given label
   * @param imbalanceRatio size of the largest class divided by that of the smallest
   * @param leastImages number of images below which a class is rare
   * @param classes sorted by label
   */
  public record Balance(
      long withoutLabel, double imbalanceRatio, long leastImages, List<ClassSize> classes) {}

  /** Number of images with one label, and their share. */
  public record ClassSize(String label, long images, double share, boolean rare) {}
}
