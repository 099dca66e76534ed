package io.repvit.job;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The settings of {@code conf/classify.conf} as options; {@link Settings} reads them by name. */
final class ClassifyFlags {
  @Option(names = "--model", paramLabel = "URI", description = "Fused ONNX file with a card.")
  @Nullable String model;

  @Option(names = "--model-sha256", paramLabel = "HEX", description = "Hash the model must have.")
  @Nullable String modelSha256;

  @Option(names = "--card", paramLabel = "URI", description = "Card of a model without one.")
  @Nullable String card;

  @Option(
      names = "--input",
      paramLabel = "URI",
      arity = "1..*",
      description = "Where the images are: folders, objects, globs.")
  @Nullable List<String> input;

  @Option(
      names = "--input-format",
      paramLabel = "files|paths|inventory|table|webdataset|zip",
      description = "What stands there.")
  @Nullable String inputFormat;

  @Option(names = "--table-format", paramLabel = "NAME", description = "Of a table, for Spark.")
  @Nullable String tableFormat;

  @Option(names = "--image-column", paramLabel = "NAME", description = "Images of a table.")
  @Nullable String imageColumn;

  @Option(names = "--key-column", paramLabel = "NAME", description = "Names the rows of a table.")
  @Nullable String keyColumn;

  @Option(
      names = "--carry",
      paramLabel = "NAME",
      arity = "1..*",
      description = "Columns of the input that go into the tables.")
  @Nullable List<String> carry;

  @Option(names = "--output", paramLabel = "URI", description = "Root of the tables.")
  @Nullable String output;

  @Option(names = "--run-id", paramLabel = "ID", description = "Name of the run.")
  @Nullable String runId;

  @Option(names = "--date", paramLabel = "DATE", description = "Logical date, 2026-11-23 or auto.")
  @Nullable String date;

  @Option(
      names = "--iceberg",
      paramLabel = "CATALOG.NAMESPACE",
      description = "Publish Iceberg tables there.")
  @Nullable String iceberg;

  @Option(names = "--rescore", description = "Score again what was scored before.")
  boolean rescore;

  @Option(
      names = "--nothing-new-code",
      paramLabel = "3|0",
      description = "Exit code of a run that finds nothing to do.")
  @Nullable Integer nothingNewCode;

  @Option(names = "--batch", paramLabel = "N", description = "Images per inference.")
  @Nullable Integer batch;

  @Option(names = "--top-k", paramLabel = "K", description = "Classes kept per image.")
  @Nullable Integer topK;

  @Option(names = "--partitions", paramLabel = "N", description = "Tasks, or 0 to choose.")
  @Nullable Integer partitions;

  @Option(names = "--wave-images", paramLabel = "N", description = "Images safe at a time.")
  @Nullable Long waveImages;

  @Option(
      names = "--target-file-size",
      paramLabel = "SIZE",
      description = "Longest published file.")
  @Nullable String targetFileSize;

  @Option(
      names = "--lease-timeout",
      paramLabel = "TIME",
      description = "Silence after which another attempt is taken for dead.")
  @Nullable String leaseTimeout;

  @Option(
      names = "--unfinished",
      paramLabel = "resume|discard",
      description = "What becomes of what earlier attempts have done.")
  @Nullable String unfinished;

  @Option(names = "--orientation", paramLabel = "exif|ignore", description = "EXIF orientation.")
  @Nullable String orientation;

  @Option(
      names = "--animated",
      paramLabel = "refuse|first",
      description = "Images of several frames or pages.")
  @Nullable String animated;

  @Option(names = "--jpeg-scaling", paramLabel = "full|dct", description = "Detail of large JPEGs.")
  @Nullable String jpegScaling;

  @Option(
      names = "--max-quarantine-rate",
      paramLabel = "RATE",
      description = "Share in quarantine above which nothing is published.")
  @Nullable Double maxQuarantineRate;

  @Option(
      names = "--gate-label-drift",
      paramLabel = "D",
      description = "Most total variation distance of the label mix from the last run.")
  @Nullable Double gateLabelDrift;

  @Option(
      names = "--gate-score-drift",
      paramLabel = "D",
      description = "Most difference of the mean score.")
  @Nullable Double gateScoreDrift;

  @Option(
      names = "--gate-embedding-drift",
      paramLabel = "D",
      description = "Most relative distance of the mean embedding.")
  @Nullable Double gateEmbeddingDrift;

  @Option(
      names = "--gate-min-images",
      paramLabel = "N",
      description = "Fewest images of runs that are compared.")
  @Nullable Long gateMinImages;

  @Option(
      names = "--report-thumbnails",
      paramLabel = "N",
      description = "Pictures of the most and least certain images in the report, 0 for none.")
  @Nullable Integer reportThumbnails;

  @Option(names = "--max-image-bytes", paramLabel = "SIZE", description = "Longest image read.")
  @Nullable String maxImageBytes;

  @Option(names = "--max-image-pixels", paramLabel = "N", description = "Most pixels decoded.")
  @Nullable Long maxImagePixels;

  @Option(
      names = "--max-image-seconds",
      paramLabel = "N",
      description = "Most processor time to decode one.")
  @Nullable Integer maxImageSeconds;

  @Option(
      names = "--fetch-objects",
      paramLabel = "N",
      description = "Most objects read ahead per task.")
  @Nullable Integer fetchObjects;

  @Option(names = "--fetch-bytes", paramLabel = "SIZE", description = "Most bytes.")
  @Nullable String fetchBytes;
}
