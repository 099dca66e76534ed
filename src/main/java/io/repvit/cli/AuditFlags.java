package io.repvit.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code audit}, declared like {@link ClassifyFlags}. */
final class AuditFlags extends AnalysisFlags {
  @Mixin final TruthFlags truth = new TruthFlags();

  @Option(
      names = "--other",
      paramLabel = "URI",
      description =
          "Predictions of another set whose images should not be in this one, such as the test set"
              + " of a training set.")
  @Nullable String other;

  @Option(
      names = "--checks",
      paramLabel = "NAME",
      split = ",",
      description =
          "What is checked: labels, outliers, quality, leakage. Without it all that the table has the"
              + " columns for. Classes are always counted.")
  List<String> checks = List.of();

  @Option(
      names = "--probabilities",
      paramLabel = "SOURCE",
      defaultValue = "cross-validated",
      description =
          "Where the probabilities of the classes come from: cross-validated (a linear layer on the"
              + " embeddings, trained on the given labels without the fold of the image) or model"
              + " (top_k, which must have all classes).")
  @Nullable String probabilities;

  @Option(
      names = "--filter",
      paramLabel = "NAME",
      defaultValue = "prune-by-noise-rate",
      description =
          "Which labels are flagged, named as in cleanlab: prune-by-noise-rate or confident-learning.")
  @Nullable String filter;

  @Option(
      names = "--rank-by",
      paramLabel = "SCORE",
      defaultValue = "self-confidence",
      description = "Score of a label, named as in cleanlab: self-confidence or normalized-margin.")
  @Nullable String rankBy;

  @Option(
      names = "--folds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Folds of the cross-validation; at most the images of the smallest class.")
  @Nullable Integer folds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Seed of the folds. The same seed gives the same folds.")
  @Nullable Long seed;

  @Option(
      names = "--regularisation",
      paramLabel = "L",
      split = ",",
      description =
          "Strength of the L2 penalty of the cross-validated layer, 0.1 if not set. Of several,"
              + " ascending, the one with the least log loss is taken.")
  List<String> regularisation = List.of();

  @Option(
      names = "--neighbours",
      paramLabel = "K",
      defaultValue = "10",
      description = "An outlier is far from its K-th nearest neighbour.")
  @Nullable Integer neighbours;

  @Option(
      names = "--fence",
      paramLabel = "X",
      defaultValue = "3",
      description =
          "An outlier's distance is more than X interquartile ranges above the upper quartile.")
  @Nullable Double fence;

  @Option(
      names = "--hash-distance",
      paramLabel = "BITS",
      defaultValue = "3",
      description =
          "Largest number of different bits of the perceptual hashes of the same picture in both"
              + " sets.")
  @Nullable Integer hashDistance;

  @Option(
      names = "--cosine",
      paramLabel = "C",
      description =
          "Least cosine of the embeddings of the same subject in both sets. Not compared if not"
              + " set.")
  @Nullable Double cosine;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "24",
      description = "Pictures per issue on the page, at most 100.")
  @Nullable Integer pictures;
}
