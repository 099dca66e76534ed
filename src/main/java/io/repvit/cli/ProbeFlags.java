package io.repvit.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code probe}, declared like {@link ClassifyFlags}. */
final class ProbeFlags extends AnalysisFlags {
  @Mixin final TruthFlags labels = new TruthFlags();

  @Option(
      names = "--test",
      paramLabel = "URI",
      description =
          "Predictions of the test images, like --predictions, with true labels in the same place."
              + " Without it, --test-share of the images are the test.")
  @Nullable String test;

  @Option(
      names = "--test-share",
      paramLabel = "SHARE",
      defaultValue = "0.2",
      description =
          "Share of the images of each class that are kept for the test, 0 to 0.5; 0 for none"
              + " (default: ${DEFAULT-VALUE}).")
  double testShare;

  @Option(
      names = "--folds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Folds of the cross-validation, 2 to 20 (default: ${DEFAULT-VALUE}).")
  int folds;

  @Option(
      names = "--regularisation",
      paramLabel = "X",
      split = ",",
      description =
          "Values that the cross-validation compares: the factor of half the squared norm of the"
              + " weights, beside the mean loss (default: 0.0001,0.001,0.01,0.1,1).")
  List<String> regularisation = List.of();

  @Option(
      names = "--class-weights",
      paramLabel = "none|balanced",
      defaultValue = "none",
      description =
          "balanced: all classes weigh the same in training, whatever their numbers of images"
              + " (default: ${DEFAULT-VALUE}).")
  String classWeights = "";

  @Option(
      names = "--min-images",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Leaves out classes with fewer images, which are counted; 0 uses all, and refuses a class of"
              + " one image (default: ${DEFAULT-VALUE}).")
  int minImages;

  @Option(
      names = "--images-per-class",
      paramLabel = "N",
      split = ",",
      description =
          "Learning curve: trains with at most so many images of each class, too, such as"
              + " 5,10,20,50, three times each.")
  List<String> imagesPerClass = List.of();

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the division of the images (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--model",
      paramLabel = "URI",
      description = "The model that computed the embeddings; required with --write-model.")
  @Nullable String model;

  @Option(
      names = "--card",
      paramLabel = "URI",
      description = "Card of --model, if the model does not contain one.")
  @Nullable String card;

  @Option(
      names = "--write-model",
      paramLabel = "URI",
      description =
          "ONNX file to write: the network of --model with the new classifier, its labels and a card.")
  @Nullable String writeModel;
}
