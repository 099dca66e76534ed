package io.repvit.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The settings of {@code classify}: name, default and description of each. {@link Settings} reads
 * them by name, and {@code conf/classify.conf} is made from them.
 */
final class ClassifyFlags {
  @Option(
      names = "--model",
      paramLabel = "URI",
      description =
          "The fused ONNX file with its model card, as `repvit export` writes it: a path or a URI."
              + " Required.")
  @Nullable String model;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      description = "SHA-256 that the model file must have, in lower-case hex.")
  @Nullable String modelSha256;

  @Option(
      names = "--card",
      paramLabel = "URI",
      description =
          "HOCON file with the card of a model that has none inside, such as one that"
              + " torch.onnx.export wrote; see docs/models.md. A path or a URI.")
  @Nullable String card;

  @Option(
      names = "--input",
      paramLabel = "URI",
      arity = "1..*",
      description =
          "Where the images are: URIs such as s3a://bucket/images, or globs such as"
              + " s3a://bucket/2026-*/*.{jpg,png}. An object that several match counts once."
              + " Required.")
  @Nullable List<String> input;

  @Option(
      names = "--input-format",
      paramLabel = "files|paths|inventory|table|webdataset|zip",
      defaultValue = "files",
      description =
          "What the input is, see docs/inputs.md. files: images. paths: lists of images, as text,"
              + " CSV or Parquet. inventory: manifests of S3 Inventory. table: tables with an image"
              + " column. webdataset: tar shards, also gzipped. zip: archives.")
  @Nullable String inputFormat;

  @Option(
      names = "--table-format",
      paramLabel = "NAME",
      defaultValue = "parquet",
      description =
          "Format of an input table, as Spark calls it: parquet, orc, avro with Spark's package"
              + " spark-avro, or iceberg, whose input is a table's name.")
  @Nullable String tableFormat;

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      defaultValue = "image",
      description =
          "Column of an input table with the images: binary, or a struct with a binary field"
              + " `bytes`.")
  @Nullable String imageColumn;

  @Option(
      names = "--key-column",
      paramLabel = "NAME",
      description =
          "Column of an input table that names its rows. Without it a row is named by its file and"
              + " its number.")
  @Nullable String keyColumn;

  @Option(
      names = "--carry",
      paramLabel = "NAME",
      arity = "1..*",
      description =
          "Columns of lists and tables, or extensions of members of WebDataset samples, to write"
              + " into the tables' column `carried`.")
  @Nullable List<String> carry;

  @Option(
      names = "--output",
      paramLabel = "URI",
      description =
          "Root of the tables: <output>/predictions, <output>/quarantine, <output>/runs. Required.")
  @Nullable String output;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      defaultValue = "auto",
      description =
          "Name of the run, unique under its date. auto makes one from the time of day, unless an"
              + " unfinished run of the same work can be resumed, see docs/runs.md.")
  @Nullable String runId;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      defaultValue = "auto",
      description = "Logical date of the run, such as 2026-11-23; auto is today in UTC.")
  @Nullable String date;

  @Option(
      names = "--iceberg",
      paramLabel = "CATALOG.NAMESPACE",
      description =
          "Namespace of Iceberg tables to write in place of Parquet folders: lake.photos gets the"
              + " tables `predictions` and `quarantine`. conf/spark.conf shows how to set the"
              + " catalog. Staging and manifests stay below the output.")
  @Nullable String iceberg;

  @Option(
      names = "--rescore",
      defaultValue = "false",
      description =
          "Whether objects are scored again that a published run below the output has scored, in"
              + " the version that they have now, with the same model and preprocessing; see"
              + " docs/inputs.md.")
  boolean rescore;

  @Option(
      names = "--nothing-new-code",
      paramLabel = "3|0",
      defaultValue = "3",
      description =
          "Exit code of a run that finds nothing to do: 3, or 0 for schedulers that take every"
              + " other code for a failure.")
  @Nullable Integer nothingNewCode;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Images per inference, 1 to 256. 1 to 8 are equally fast on CPUs; scores differ by less"
              + " than 1e-6.")
  @Nullable Integer batch;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "5",
      description = "Classes kept per image in the column top_k.")
  @Nullable Integer topK;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Tasks of the run; 0 chooses four per task slot and wave, or more for more than 16384"
              + " images a task.")
  @Nullable Integer partitions;

  @Option(
      names = "--wave-images",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "Images per wave, about. The rows of a finished wave are safe: when the driver is killed,"
              + " the next attempt resumes behind the last finished wave. See docs/runs.md.")
  @Nullable Long waveImages;

  @Option(
      names = "--target-file-size",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description = "Largest size of a published Parquet file.")
  @Nullable String targetFileSize;

  @Option(
      names = "--lease-timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "Time without a sign of life after which another attempt at the same run counts as dead."
              + " Only one attempt works on a run at a time.")
  @Nullable String leaseTimeout;

  @Option(
      names = "--unfinished",
      paramLabel = "resume|discard",
      defaultValue = "resume",
      description =
          "What to do with the finished waves of earlier attempts at this run: resume keeps them,"
              + " discard deletes them and starts again.")
  @Nullable String unfinished;

  @Option(
      names = "--orientation",
      paramLabel = "exif|ignore",
      defaultValue = "exif",
      description =
          "EXIF orientation: exif turns images upright as Pillow's exif_transpose does, ignore"
              + " leaves them as stored, as timm's evaluation does.")
  @Nullable String orientation;

  @Option(
      names = "--jpeg-scaling",
      paramLabel = "full|dct",
      defaultValue = "full",
      description =
          "How much of a large JPEG is decoded: full, or dct, which decodes a half, a quarter or an"
              + " eighth of each side while that is still twice what the model resizes to. Faster"
              + " for large images, with other pixels; see docs/images.md.")
  @Nullable String jpegScaling;

  @Option(
      names = "--animated",
      paramLabel = "refuse|first",
      defaultValue = "refuse",
      description =
          "Images of several frames or pages (GIF, TIFF, animated PNG and WebP): refuse puts them"
              + " into quarantine (UNSUPPORTED_ANIMATED), first takes the first one.")
  @Nullable String animated;

  @Option(
      names = "--max-quarantine-rate",
      paramLabel = "RATE",
      defaultValue = "0.1",
      description =
          "Share of the images, 0 to 1, that may end in quarantine. Beyond it nothing is published"
              + " and the exit code is 4. Objects that went there in earlier runs, and are tried"
              + " again, do not count, nor do those that are no images by content and name"
              + " (NOT_AN_IMAGE), such as README or notes.txt.")
  @Nullable Double maxQuarantineRate;

  @Option(
      names = "--gate-label-drift",
      paramLabel = "D",
      description =
          "Largest total variation distance of the label mix, 0 to 1, from the run of the same"
              + " model that was published last to the same output. Beyond a limit nothing is"
              + " published and the exit code is 4; without one nothing is compared. See"
              + " docs/report.md.")
  @Nullable Double gateLabelDrift;

  @Option(
      names = "--gate-score-drift",
      paramLabel = "D",
      description = "Largest difference of the mean score from that run, 0 to 1.")
  @Nullable Double gateScoreDrift;

  @Option(
      names = "--gate-embedding-drift",
      paramLabel = "D",
      description =
          "Largest distance of the mean embedding from that run, relative to the length of the"
              + " earlier mean.")
  @Nullable Double gateEmbeddingDrift;

  @Option(
      names = "--gate-min-images",
      paramLabel = "N",
      defaultValue = "100",
      description = "Runs with fewer predicted images than this are not compared.")
  @Nullable Long gateMinImages;

  @Option(
      names = "--report-thumbnails",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Small pictures that the report shows of the most certain images, and as many of the"
              + " least certain: 0 to 100. With 0 no picture leaves the input.")
  @Nullable Integer reportThumbnails;

  @Option(
      names = "--max-image-bytes",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Largest encoded image that is read; a larger one is put into quarantine.")
  @Nullable String maxImageBytes;

  @Option(
      names = "--max-image-pixels",
      paramLabel = "N",
      defaultValue = "64000000",
      description =
          "Largest number of pixels that is decoded; an image with more is put into quarantine.")
  @Nullable Long maxImagePixels;

  @Option(
      names = "--max-image-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description =
          "Largest processor time for decoding one image, in seconds; see docs/images.md.")
  @Nullable Integer maxImageSeconds;

  @Option(
      names = "--fetch-objects",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Largest number of objects that a task reads ahead, 1 to 256. How many it does read ahead"
              + " is measured: a few on a local disk, as many as the latency asks for on S3.")
  @Nullable Integer fetchObjects;

  @Option(
      names = "--fetch-bytes",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Largest size of the objects that a task reads ahead, together.")
  @Nullable String fetchBytes;
}
