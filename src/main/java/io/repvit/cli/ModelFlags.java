package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code classify} about its models, the first of {@link ClassifyFlags}. */
final class ModelFlags {
  @Option(
      names = "--model",
      paramLabel = "URI",
      description =
          "Path or URI of the fused ONNX file with a model card, as `repvit export`"
              + " writes it. Required.")
  @Nullable String model;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      description = "SHA-256 that the model file must have, in lower-case hexadecimal.")
  @Nullable String modelSha256;

  @Option(
      names = "--card",
      paramLabel = "URI",
      description =
          "Path or URI of a HOCON file with the model card, for a model without one, such"
              + " as an export of torch.onnx; see docs/models.md.")
  @Nullable String card;

  @Option(
      names = "--then",
      paramLabel = "URI",
      description =
          "Second model, with the same labels, for the images whose score by the first is"
              + " below --below; see docs/inference.md.")
  @Nullable String then;

  @Option(
      names = "--then-sha256",
      paramLabel = "HEX",
      description = "SHA-256 that the file of the second model must have.")
  @Nullable String thenSha256;

  @Option(
      names = "--then-card",
      paramLabel = "URI",
      description = "Model card of the second model, see --card.")
  @Nullable String thenCard;

  @Option(
      names = "--below",
      paramLabel = "SCORE",
      description =
          "Limit of the score, greater than 0, below which the second model classifies an"
              + " image; above 1 it classifies all. `repvit choose-threshold` finds it.")
  @Nullable Double below;
}
