package io.repvit.cli;

import io.repvit.source.InputFormat;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The options of {@code classify}, with their names, defaults and descriptions. {@link Settings}
 * reads them by name, and {@code conf/classify.conf} is generated from them.
 */
final class ClassifyFlags {
  /** The input formats with their descriptions, for the help. */
  static final class InputFormats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Stream.of(InputFormat.values())
          .map(format -> format.label() + " (" + format.description() + ")")
          .iterator();
    }
  }

  @Mixin final ModelFlags models = new ModelFlags();

  @Option(
      names = "--input",
      paramLabel = "URI",
      arity = "1..*",
      description =
          "URIs of the images, such as s3a://bucket/images, or globs, such as"
              + " s3a://bucket/2026-*/*.{jpg,png}. An object that several of them match is read"
              + " once. Required.")
  @Nullable List<String> input;

  @Option(
      names = "--input-format",
      paramLabel = "FORMAT",
      defaultValue = "files",
      completionCandidates = InputFormats.class,
      description = "Format of the input, see docs/inputs.md: ${COMPLETION-CANDIDATES}.")
  @Nullable String inputFormat;

  @Option(
      names = "--table-format",
      paramLabel = "NAME",
      defaultValue = "parquet",
      description =
          "Format of an input table, a Spark data source: parquet, orc, avro (needs"
              + " Spark's package spark-avro), or iceberg (the input is the name of a table).")
  @Nullable String tableFormat;

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      defaultValue = "image",
      description =
          "Column of an input table that has the images: binary, or a struct with a"
              + " binary field `bytes`.")
  @Nullable String imageColumn;

  @Option(
      names = "--key-column",
      paramLabel = "NAME",
      description =
          "Column of an input table whose values identify its rows. Without it a row is"
              + " identified by its file and row number.")
  @Nullable String keyColumn;

  @Option(
      names = "--carry",
      paramLabel = "NAME",
      arity = "1..*",
      description =
          "Columns of lists and tables, or extensions of members of WebDataset samples,"
              + " that are copied to the column `carried` of the output tables.")
  @Nullable List<String> carry;

  @Option(
      names = "--output",
      paramLabel = "URI",
      description =
          "URI of the folder of the output tables: <output>/predictions,"
              + " <output>/quarantine, <output>/runs. Required.")
  @Nullable String output;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      defaultValue = "auto",
      description =
          "Id of the run, unique per date. auto resumes an unfinished run with the same"
              + " run spec, or else creates an id from the time of day; see docs/runs.md.")
  @Nullable String runId;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      defaultValue = "auto",
      description = "Logical date of the run, such as 2026-11-23; auto is the current date in UTC.")
  @Nullable String date;

  @Option(
      names = "--iceberg",
      paramLabel = "CATALOG.NAMESPACE",
      description =
          "Namespace of Iceberg tables to write instead of Parquet folders: lake.photos"
              + " gets the tables `predictions` and `quarantine`. conf/spark.conf shows how to"
              + " configure the catalog. Staging and manifests stay below the output.")
  @Nullable String iceberg;

  @Option(
      names = "--rescore",
      defaultValue = "false",
      description =
          "Whether images are scored again that a published run below the output has"
              + " scored in the same version with the same model and preprocessing; see"
              + " docs/inputs.md.")
  boolean rescore;

  @Option(
      names = "--nothing-new-code",
      paramLabel = "3|0",
      defaultValue = "3",
      description =
          "Exit code of a run that finds nothing to do: 3, or 0 for schedulers that treat"
              + " every other code as a failure.")
  @Nullable Integer nothingNewCode;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Images per inference, 1 to 256. On CPUs 1 to 8 are equally fast; scores differ"
              + " by less than 1e-6.")
  @Nullable Integer batch;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "5",
      description = "Number of classes in the column top_k.")
  @Nullable Integer topK;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "Number of tasks of the run. 0 means four per task slot and wave, or more, so"
              + " that no task has more than 16384 images.")
  @Nullable Integer partitions;

  @Option(
      names = "--wave-images",
      paramLabel = "N",
      defaultValue = "100000",
      description =
          "Approximate number of images per wave. After a crash the next attempt resumes"
              + " after the last finished wave; see docs/runs.md.")
  @Nullable Long waveImages;

  @Option(
      names = "--target-file-size",
      paramLabel = "SIZE",
      defaultValue = "128MiB",
      description =
          "Target size of the Parquet files of the output tables; staged files are merged"
              + " up to it.")
  @Nullable String targetFileSize;

  @Option(
      names = "--lease-timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description =
          "Time without renewal after which the lease of an attempt expires. Only the"
              + " attempt that holds the lease of a run works on it; see docs/runs.md.")
  @Nullable String leaseTimeout;

  @Option(
      names = "--unfinished",
      paramLabel = "resume|discard",
      defaultValue = "resume",
      description =
          "How finished waves of earlier attempts at this run are handled: resume keeps"
              + " them, discard deletes them and starts again.")
  @Nullable String unfinished;

  @Option(
      names = "--orientation",
      paramLabel = "exif|ignore",
      defaultValue = "exif",
      description =
          "EXIF orientation: exif turns images upright as Pillow's exif_transpose does,"
              + " ignore keeps them as stored, as timm's evaluation does.")
  @Nullable String orientation;

  @Option(
      names = "--jpeg-scaling",
      paramLabel = "full|dct",
      defaultValue = "full",
      description =
          "Size at which large JPEGs are decoded: full, or dct, which decodes a half, a"
              + " quarter or an eighth of each side if the short side keeps at least twice the"
              + " pixels that it is resized to. dct is faster for large images and changes the"
              + " pixels; see docs/images.md.")
  @Nullable String jpegScaling;

  @Option(
      names = "--animated",
      paramLabel = "refuse|first",
      defaultValue = "refuse",
      description =
          "Images of several frames or pages (GIF, TIFF, animated PNG and WebP): refuse"
              + " quarantines them (UNSUPPORTED_ANIMATED), first decodes the first frame or"
              + " page.")
  @Nullable String animated;

  @Option(
      names = "--quality",
      defaultValue = "false",
      description =
          "Whether the scores of CleanVision are computed of each image (dark, light, blurry, low"
              + " information, odd aspect ratio, grayscale) and written to the column quality; see"
              + " docs/quality.md.")
  boolean quality;

  @Option(
      names = "--phash",
      defaultValue = "false",
      description =
          "Whether the perceptual hash and the difference hash of ImageHash are computed of each"
              + " image and written to the columns phash and dhash; see docs/quality.md.")
  boolean phash;

  @Option(
      names = "--max-quarantine-rate",
      paramLabel = "RATE",
      defaultValue = "0.1",
      description =
          "Largest share of quarantined images, 0 to 1. If it is exceeded, nothing is"
              + " published and the exit code is 4. Objects that failed in an earlier run and"
              + " fail again do not count, nor do objects that are no images by content and"
              + " name (NOT_AN_IMAGE), such as README or notes.txt.")
  @Nullable Double maxQuarantineRate;

  @Option(
      names = "--gate-label-drift",
      paramLabel = "D",
      description =
          "Largest total variation distance, 0 to 1, of the label distribution from that"
              + " of the run with the same model that was last published to the same output. If"
              + " a drift limit is exceeded, nothing is published and the exit code is 4; see"
              + " docs/report.md.")
  @Nullable Double gateLabelDrift;

  @Option(
      names = "--gate-score-drift",
      paramLabel = "D",
      description = "Largest difference of the mean score from that of the same run, 0 to 1.")
  @Nullable Double gateScoreDrift;

  @Option(
      names = "--gate-embedding-drift",
      paramLabel = "D",
      description =
          "Largest Euclidean distance of the mean embedding from that of the same run,"
              + " relative to the length of the earlier mean embedding.")
  @Nullable Double gateEmbeddingDrift;

  @Option(
      names = "--gate-min-images",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "Smallest number of predicted images of a run that is compared with an earlier" + " one.")
  @Nullable Long gateMinImages;

  @Option(
      names = "--report-thumbnails",
      paramLabel = "N",
      defaultValue = "8",
      description =
          "Number of thumbnails in the report of the images with the highest scores, and"
              + " of those with the lowest: 0 to 100. With 0 the report contains no image data.")
  @Nullable Integer reportThumbnails;

  @Option(
      names = "--max-image-bytes",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Largest size of an encoded image; larger ones are quarantined.")
  @Nullable String maxImageBytes;

  @Option(
      names = "--max-image-pixels",
      paramLabel = "N",
      defaultValue = "64000000",
      description = "Largest number of pixels of an image; images with more are quarantined.")
  @Nullable Long maxImagePixels;

  @Option(
      names = "--max-image-seconds",
      paramLabel = "N",
      defaultValue = "30",
      description = "Largest processor time for decoding an image, in seconds; see docs/images.md.")
  @Nullable Integer maxImageSeconds;

  @Option(
      names = "--fetch-objects",
      paramLabel = "N",
      defaultValue = "32",
      description =
          "Largest number of objects that a task reads ahead, 1 to 256. A task reads"
              + " fewer ahead if that is enough for the measured latency.")
  @Nullable Integer fetchObjects;

  @Option(
      names = "--fetch-bytes",
      paramLabel = "SIZE",
      defaultValue = "64MiB",
      description = "Largest total size of the objects that a task reads ahead.")
  @Nullable String fetchBytes;
}
