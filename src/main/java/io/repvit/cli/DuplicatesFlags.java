package io.repvit.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code duplicates}, declared like {@link ClassifyFlags}. */
final class DuplicatesFlags extends AnalysisFlags {
  @Option(
      names = "--by",
      split = ",",
      paramLabel = "RELATION",
      description =
          "When two images are duplicates: bytes (equal SHA-256), picture (similar perceptual hash),"
              + " subject (similar embedding; compares all pairs of embeddings). Default: bytes and"
              + " picture, as far as the table has their columns.")
  List<String> by = List.of();

  @Option(
      names = "--hash-distance",
      paramLabel = "BITS",
      defaultValue = "3",
      description = "Largest number of different bits of the same picture, 0 to 10.")
  int hashDistance;

  @Option(
      names = "--cosine",
      paramLabel = "C",
      defaultValue = "0.95",
      description =
          "Least cosine of the embeddings of the same subject, above 0 and below 1. Which value is"
              + " right depends on the model.")
  double cosine;

  @Option(
      names = "--keep",
      paramLabel = "WHICH",
      defaultValue = "largest",
      description =
          "Which image of a group is kept: largest (pixels, then bytes), sharpest (needs --quality of"
              + " classify), oldest (time of modification). Ties are decided by the path.")
  String keep = "";
}
