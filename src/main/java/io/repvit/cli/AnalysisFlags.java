package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of analyses that write results. */
class AnalysisFlags extends TableFlags {
  @Option(
      names = "--output",
      paramLabel = "URI",
      description =
          "Folder for the results: rows (Parquet), report.html and summary.json. Required.")
  @Nullable String output;

  @Option(
      names = "--overwrite",
      defaultValue = "false",
      description = "Whether earlier results in the output folder are replaced.")
  boolean overwrite;
}
