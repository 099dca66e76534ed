package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code evaluate}, declared like {@link ClassifyFlags}. */
final class EvaluateFlags {
  @Option(
      names = "--predictions",
      paramLabel = "URI",
      description =
          "Folder of predictions: <output>/predictions of `classify`, or the folder of one run below"
              + " it. Required.")
  @Nullable String predictions;

  @Option(
      names = "--truth",
      paramLabel = "URI",
      description =
          "Parquet table, or CSV file with a header, with the columns path and label. Without it the"
              + " label of an image is the name of its folder.")
  @Nullable String truth;
}
