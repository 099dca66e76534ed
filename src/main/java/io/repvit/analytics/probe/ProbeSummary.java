package io.repvit.analytics.probe;

import io.repvit.analytics.evaluation.EvaluationSummary.Confusion;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The result of a {@link Probe}.
 *
 * @param predictions the table with the embeddings
 * @param baseModelSha256 the model that computed the embeddings; null if the table does not say
 * @param images labelled images with an embedding: for training and for the test
 * @param withoutLabel images without a true label, which are not used
 * @param withoutEmbedding labelled images whose embedding is null or not finite, which are not used
 * @param leftOut number of images by class of the classes with too few images, which are not used
 * @param testWithoutClass images of a separate test table whose label is no class of the training
 * @param trainingImages images that the classifier learnt from
 * @param classWeights {@code none} or {@code balanced}
 * @param folds folds of the cross-validation
 * @param classesBelowFolds classes with fewer training images than folds: some folds have none
 * @param seed seed of all draws
 * @param regularisation the chosen regularisation
 * @param validation out-of-fold result of the chosen regularisation on the training images
 * @param test result of the classifier on the test images; null without a test
 * @param regularisations the cross-validation by regularisation
 * @param learningCurve accuracy on the test images by number of training images; empty if it was
 *     not asked for
 * @param classes results by class, on the test images, or without them out-of-fold
 * @param confusion the most frequent pairs of a true and a predicted label, at most 1,000
 * @param model the new model file; null if none was asked for
 */
public record ProbeSummary(
    String predictions,
    @Nullable String baseModelSha256,
    long images,
    long withoutLabel,
    long withoutEmbedding,
    SortedMap<String, Long> leftOut,
    long testWithoutClass,
    long trainingImages,
    String classWeights,
    int folds,
    int classesBelowFolds,
    long seed,
    double regularisation,
    Accuracy validation,
    @Nullable Accuracy test,
    List<Regularisation> regularisations,
    List<CurvePoint> learningCurve,
    List<PerClass> classes,
    List<Confusion> confusion,
    @Nullable Model model) {

  /**
   * A share of right images with its 95 % interval (Wilson).
   *
   * @param images number of images
   */
  public record Accuracy(long images, long right, double accuracy, double low, double high) {
    private static final double Z = 1.959963984540054;

    /** The share and its interval; {@code images} is at least 1. */
    static Accuracy of(long images, long right) {
      double p = (double) right / images;
      double z2 = Z * Z / images;
      double centre = (p + z2 / 2) / (1 + z2);
      double half = Z / (1 + z2) * Math.sqrt(p * (1 - p) / images + z2 / images / 4);
      return new Accuracy(images, right, p, Math.max(0, centre - half), Math.min(1, centre + half));
    }
  }

  /**
   * The cross-validation with one regularisation.
   *
   * @param accuracyLeast accuracy in the worst fold
   * @param accuracyMost accuracy in the best fold
   * @param logLoss mean of {@code -ln(p of the true class)}
   */
  public record Regularisation(
      double regularisation,
      double accuracy,
      double accuracyLeast,
      double accuracyMost,
      double logLoss) {}

  /**
   * A point of the learning curve, over several draws of the training images.
   *
   * @param imagesPerClass most training images of a class
   * @param trainingImages number of training images
   * @param accuracy mean accuracy on the test images
   * @param accuracyLeast in the worst draw
   * @param accuracyMost in the best draw
   */
  public record CurvePoint(
      int imagesPerClass,
      long trainingImages,
      double accuracy,
      double accuracyLeast,
      double accuracyMost) {}

  /**
   * A class.
   *
   * @param trainingImages images that the classifier learnt from
   * @param images images that are evaluated
   * @param recall share of these images that have this predicted label
   * @param precision share of the predictions of this label that are right; null without one
   */
  public record PerClass(
      String label,
      long trainingImages,
      long images,
      @Nullable Double recall,
      @Nullable Double precision) {}

  /**
   * A new model file.
   *
   * @param file place of the file
   * @param sha256 SHA-256 of the file
   * @param bytes length of the file
   * @param verified comparison of the file with MLlib
   */
  public record Model(String file, String sha256, long bytes, Verified verified) {}

  /**
   * A comparison of a model file with MLlib's predictions on the stored embeddings.
   *
   * @param embeddings stored embeddings that were given to the linear layer of the file
   * @param largestDifference largest difference of a probability on them
   * @param images images that were read and classified again with the file
   * @param imagesLargestDifference largest difference of a probability on them
   * @param unreadable images of the sample that cannot be read or decoded now
   * @param changed images whose embedding is another one now, which are not compared
   * @param note why no images were compared; empty if some were
   */
  public record Verified(
      int embeddings,
      double largestDifference,
      int images,
      double imagesLargestDifference,
      int unreadable,
      int changed,
      String note) {}
}
