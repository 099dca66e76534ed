package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

  @Mixin final TruthFlags labels = new TruthFlags();
}
