package io.repvit.cli;

import io.repvit.analytics.evaluation.Calibration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of {@code evaluate}. */
final class EvaluateFlags extends TableFlags {
  @Option(
      names = "--output",
      paramLabel = "URI",
      description =
          "Folder for the results: rows (Parquet), report.html and summary.json. Without it the"
              + " summary is only printed.")
  @Nullable String output;

  @Option(
      names = "--overwrite",
      defaultValue = "false",
      description = "Whether earlier results in the output folder are replaced.")
  boolean overwrite;

  @Mixin final TruthFlags labels = new TruthFlags();

  @Option(
      names = "--bins",
      paramLabel = "N",
      defaultValue = "" + Calibration.BINS,
      description = "Number of bins of the expected calibration error.")
  @Nullable Integer bins;

  @Option(
      names = "--compare",
      paramLabel = "URI",
      description =
          "Predictions of another model for the same images, read like --predictions: agreement,"
              + " both accuracies, McNemar's test.")
  @Nullable String compare;

  @Option(
      names = "--compare-sha256",
      paramLabel = "HASH",
      description = "Like --model-sha256, for the table --compare.")
  @Nullable String compareSha256;

  @Option(
      names = "--temperature",
      defaultValue = "false",
      description =
          "Whether the temperature that calibrates the scores is fitted. The column top_k must have"
              + " all classes: run classify with a --top-k of their number.")
  boolean temperature;

  @Option(
      names = "--model",
      paramLabel = "URI",
      description = "With --calibrated: the ONNX file that made the predictions.")
  @Nullable String model;

  @Option(
      names = "--calibrated",
      paramLabel = "FILE",
      description =
          "With --temperature: the ONNX file to write, a copy of --model with the temperature in its"
              + " card. Its scores are calibrated, its labels are the same.")
  @Nullable String calibrated;
}
