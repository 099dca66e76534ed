package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that all analyses of tables have, declared like {@link ClassifyFlags}. */
class TableFlags {
  @Option(
      names = "--predictions",
      paramLabel = "URI",
      description =
          "The output of `classify`: the newest row of each path and model in its published runs. Or"
              + " a folder of Parquet files, such as <output>/predictions/run_date=D/run_id=R."
              + " Required.")
  @Nullable String predictions;

  @Option(
      names = "--model-sha256",
      paramLabel = "HASH",
      description =
          "Reads the rows of this model only. Required if the table has the rows of several models.")
  @Nullable String modelSha256;
}
