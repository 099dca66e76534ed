package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of {@code evaluate}, as {@link ClassifyFlags} are those of {@code classify}. */
final class EvaluateFlags {
  @Option(
      names = "--predictions",
      paramLabel = "URI",
      description =
          "Folder with predictions: <output>/predictions of classify, or one run's folder below it."
              + " Required.")
  @Nullable String predictions;

  @Option(
      names = "--truth",
      paramLabel = "URI",
      description =
          "Parquet table or CSV file (with a header) that has the columns path and label. Without"
              + " it the name of the folder of each image is its label.")
  @Nullable String truth;
}
