package io.repvit.analytics.probe;

import java.util.List;
import java.util.Locale;

/**
 * The options of a {@link Probe}.
 *
 * @param folds folds of the cross-validation, 2 to 20
 * @param testShare share of the images of each class that are kept for the test, 0 to 0.5
 * @param regularisations what the cross-validation compares: distinct, ascending, above 0
 * @param balanced whether all classes weigh the same in training, whatever their numbers of images
 * @param minImages classes with fewer images are left out; 0 refuses a class of one image
 * @param imagesPerClass the learning curve: numbers of training images per class, ascending; empty
 *     for none
 * @param seed seed of all draws
 */
public record ProbeOptions(
    int folds,
    double testShare,
    List<Double> regularisations,
    boolean balanced,
    int minImages,
    List<Integer> imagesPerClass,
    long seed) {
  private static final int MAX_FOLDS = 20;
  private static final double MAX_TEST_SHARE = 0.5;

  /** Five folds, a fifth for the test, five values of regularisation, no learning curve. */
  public static final ProbeOptions DEFAULT =
      new ProbeOptions(5, 0.2, List.of(1e-4, 1e-3, 1e-2, 1e-1, 1.0), false, 0, List.of(), 1);

  public ProbeOptions {
    regularisations = regularisations.stream().distinct().sorted().toList();
    imagesPerClass = imagesPerClass.stream().distinct().sorted().toList();
    require(folds >= 2 && folds <= MAX_FOLDS, "folds is %s, expected 2 to 20", folds);
    require(
        testShare >= 0 && testShare <= MAX_TEST_SHARE,
        "test-share is %s, expected 0 to 0.5",
        testShare);
    require(!regularisations.isEmpty(), "regularisation is %s, expected values", "empty");
    for (double value : regularisations) {
      require(
          value > 0 && Double.isFinite(value),
          "regularisation is %s, expected finite numbers above 0",
          value);
    }
    require(minImages >= 0, "min-images is %s, expected at least 0", minImages);
    for (int images : imagesPerClass) {
      require(images > 0, "images-per-class is %s, expected integers of at least 1", images);
    }
  }

  private static void require(boolean holds, String message, Object found) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, message, found));
    }
  }
}
