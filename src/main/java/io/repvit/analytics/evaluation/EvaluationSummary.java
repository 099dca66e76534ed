package io.repvit.analytics.evaluation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Accuracy of predictions.
 *
 * @param images number of predictions with a known true label
 * @param withoutTruth number of predictions without a true label; they are not evaluated
 * @param top1 share of images whose best class is the true label
 * @param topK share of images whose {@code k} best classes contain the true label
 * @param k classes kept per prediction
 * @param topAccuracies share of images whose n best classes contain the true label, for n = 1 to k
 * @param classes one entry per true label, sorted by label
 * @param macro mean over the classes
 * @param weighted mean over the classes, weighted by their images
 * @param confusion the largest cells of the confusion matrix, at most {@link #MOST_CELLS}, without
 *     zeros, sorted by true and predicted label
 * @param confusionLeftOut the cells that {@code confusion} does not have
 * @param calibration the scores, compared with the accuracy
 * @param intervals intervals of these numbers
 * @param temperature the fitted temperature; null if none was asked for
 * @param comparison the comparison with other predictions; null if there are none
 */
public record EvaluationSummary(
    long images,
    long withoutTruth,
    double top1,
    double topK,
    int k,
    List<Double> topAccuracies,
    List<PerClass> classes,
    Averages macro,
    Averages weighted,
    List<Confusion> confusion,
    LeftOut confusionLeftOut,
    Calibration calibration,
    Intervals intervals,
    @Nullable Temperature temperature,
    @Nullable Comparison comparison) {
  /** The largest number of cells in {@code confusion}. */
  static final int MOST_CELLS = 10_000;

  /** The largest number of classes with an interval of each. */
  static final int MOST_INTERVALS = 1000;

  public EvaluationSummary {
    topAccuracies = List.copyOf(topAccuracies);
    classes = List.copyOf(classes);
    confusion = List.copyOf(confusion);
  }

  /**
   * Accuracy for one true label.
   *
   * @param images number of images with this true label
   * @param recall share of these images that have this predicted label
   * @param precision share of the predictions of this label that are right; NaN without predictions
   * @param predicted number of images with a true label that have this predicted label
   * @param f1 harmonic mean of recall and precision; 0 if no image is right
   * @param f1Interval interval of {@code f1}; null if there are more than {@link #MOST_INTERVALS}
   *     classes
   */
  public record PerClass(
      String label,
      long images,
      double recall,
      double precision,
      long predicted,
      double f1,
      @Nullable Interval f1Interval) {}

  /** Means over the true labels. The precision of a label without predictions counts as 0. */
  public record Averages(double recall, double precision, double f1) {}

  /** Number of images with one true label and one predicted label. */
  public record Confusion(String truth, String predicted, long images) {}

  /**
   * A part of the confusion matrix.
   *
   * @param cells number of cells that are not 0
   * @param images number of images in these cells
   */
  public record LeftOut(long cells, long images) {}

  /**
   * Intervals by the Poisson bootstrap.
   *
   * @param resamples number of resamples
   * @param seed seed of their random numbers
   * @param level probability between the ends of an interval
   */
  public record Intervals(
      int resamples,
      long seed,
      double level,
      Interval top1,
      Interval topK,
      Interval macroF1,
      Interval weightedF1,
      Interval ece) {}

  /**
   * A temperature that calibrates the scores.
   *
   * @param value the scores are softmax(logits / value)
   * @param images number of images that it was fitted on
   * @param nll mean negative logarithm of the true label's probability, without the temperature
   * @param nllCalibrated the same, with it
   * @param ece expected calibration error without the temperature
   * @param eceCalibrated the same, with it
   */
  public record Temperature(
      double value,
      long images,
      double nll,
      double nllCalibrated,
      double ece,
      double eceCalibrated) {}

  /**
   * Two models on the same images.
   *
   * @param shared number of images in both tables
   * @param otherContent number of images in both tables whose content differs; they are not shared
   * @param onlyFirst number of images that only the first table has
   * @param onlyOther number of images that only the other table has
   * @param agreement share of the shared images with equal labels
   * @param images number of shared images with a true label
   * @param accuracy share of these that the first model classifies rightly
   * @param otherAccuracy share of these that the other model classifies rightly
   * @param difference {@code otherAccuracy - accuracy}
   * @param differenceInterval interval of {@code difference}
   * @param bothRight number of images that both models classify rightly
   * @param onlyFirstRight number that only the first model classifies rightly
   * @param onlyOtherRight number that only the other model classifies rightly
   * @param noneRight number that no model classifies rightly
   * @param mcnemar test of equal accuracy
   */
  public record Comparison(
      long shared,
      long otherContent,
      long onlyFirst,
      long onlyOther,
      double agreement,
      long images,
      double accuracy,
      double otherAccuracy,
      double difference,
      Interval differenceInterval,
      long bothRight,
      long onlyFirstRight,
      long onlyOtherRight,
      long noneRight,
      McNemar mcnemar) {}
}
