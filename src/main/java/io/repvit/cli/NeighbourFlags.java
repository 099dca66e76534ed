package io.repvit.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code neighbours}, declared like {@link ClassifyFlags}. */
final class NeighbourFlags extends AnalysisFlags {
  @Option(
      names = "--queries",
      paramLabel = "URI",
      description =
          "Table whose rows are the queries, such as the output of another `classify` with the same"
              + " model. Without queries, paths and images, each row is compared with the other"
              + " rows.")
  @Nullable String queries;

  @Option(
      names = "--paths",
      paramLabel = "PATH",
      arity = "1..*",
      description =
          "Rows of the table that are the queries, by their column path; at most 1,000. They are no"
              + " neighbours of themselves.")
  @Nullable List<String> paths;

  @Option(
      names = "--images",
      paramLabel = "URI",
      arity = "1..*",
      description = "Image files that are the queries; at most 1,000. Needs --model.")
  @Nullable List<String> images;

  @Option(
      names = "--model",
      paramLabel = "URI",
      description = "Model that classifies the images; the one that the table was made with.")
  @Nullable String model;

  @Option(
      names = "--k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Neighbours per query, 1 to 1000.")
  int k;

  @Option(
      names = "--method",
      paramLabel = "NAME",
      defaultValue = "exact",
      description =
          "exact: compares each query with all rows. ivf: compares it with the rows in the nearest"
              + " cells, which takes a small part of the time with large tables.")
  String method = "exact";

  @Option(
      names = "--recall",
      paramLabel = "SHARE",
      defaultValue = "0.95",
      description =
          "Share of the exact neighbours that ivf shall find. It chooses the probes, on a sample of"
              + " the queries.")
  double recall;

  @Option(
      names = "--cells",
      paramLabel = "N",
      defaultValue = "0",
      description = "Number of cells of ivf; 0 for twice the square root of the number of rows.")
  int cells;

  @Option(
      names = "--probes",
      paramLabel = "N",
      defaultValue = "0",
      description = "Cells that ivf compares a query with; 0 to choose them by --recall.")
  int probes;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "2000",
      description =
          "Queries that ivf also compares with all rows, to choose the probes and to measure the"
              + " recall; at most 10000.")
  int sample;

  @Option(
      names = "--block-mib",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Largest size of a block of embeddings, MiB. A task needs three to four times as much"
              + " memory.")
  int blockMib;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "15",
      description = "Seed of the samples of ivf.")
  long seed;
}
