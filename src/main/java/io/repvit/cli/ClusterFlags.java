package io.repvit.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code cluster}, declared like {@link ClassifyFlags}. */
final class ClusterFlags extends AnalysisFlags {
  @Option(
      names = "--clusters",
      paramLabel = "K",
      defaultValue = "10",
      description =
          "Number of clusters, 2 to 1000; or a range such as 2..20; the number with the"
              + " greatest silhouette on a sample is chosen.")
  String clusters = "";

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      defaultValue = "k-means",
      description = "k-means, or bisecting.")
  String algorithm = "";

  @Option(
      names = "--pca",
      paramLabel = "N",
      defaultValue = "0",
      description = "Principal components that the embeddings are reduced to; 0 keeps all values.")
  int pca;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the initial centres. The same seed and table give the same clusters.")
  long seed;

  @Option(
      names = "--sample",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "Largest number of images for the initial centres, the search, the principal components"
              + " and the silhouette. All images are clustered.")
  int sample;

  @Option(
      names = "--truth-folders",
      defaultValue = "false",
      description = "Whether the folder of an image is its true label.")
  boolean truthFolders;

  @Option(
      names = "--truth",
      paramLabel = "URI",
      description =
          "Parquet table, or CSV file with a header, with the columns path and label: true labels to"
              + " compare the clusters with.")
  @Nullable String truth;

  @Option(
      names = "--truth-column",
      paramLabel = "NAME",
      description =
          "Column with the true label: of the table --truth, whose default is label; without --truth"
              + " the carried column with this name.")
  @Nullable String truthColumn;

  @Option(
      names = "--representatives",
      paramLabel = "N",
      defaultValue = "8",
      description = "Images nearest to each centre that summary and page show, 0 to 50.")
  int representatives;

  @Option(
      names = "--farthest",
      paramLabel = "N",
      defaultValue = "4",
      description = "Images farthest from each centre that summary and page show, 0 to 50.")
  int farthest;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      defaultValue = "400",
      description =
          "Largest number of thumbnails on the page, 0 to 1000; they are read from storage. The"
              + " largest clusters come first.")
  int pictures;

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Largest number of images in the scatter plot, 0 to 10000.")
  int points;

  @Option(
      names = "--orientation",
      paramLabel = "MODE",
      defaultValue = "exif",
      description = "Whether thumbnails are turned as their EXIF data says: exif, or ignore.")
  String orientation = "";

  @Option(
      names = "--image-column",
      paramLabel = "NAME",
      description =
          "Column with the images, if rows of Parquet files were classified. Without it the column"
              + " image, or else the only binary column.")
  @Nullable String imageColumn;

  @Option(
      names = "--key-column",
      paramLabel = "NAME",
      description = "The --key-column of `classify`, if there was one.")
  @Nullable String keyColumn;
}
