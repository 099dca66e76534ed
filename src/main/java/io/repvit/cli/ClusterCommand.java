package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.Thumbnails;
import io.repvit.analytics.clusters.ClusterOptions;
import io.repvit.analytics.clusters.Clusters;
import io.repvit.image.Orientation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Groups images by their embeddings. */
@Command(
    name = "cluster",
    description =
        "Groups images by their embeddings with k-means or bisecting k-means: sizes, silhouette,"
            + " labels, and a contact sheet of the images nearest to and farthest from each centre.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class ClusterCommand extends AnalysisCommand {
  /** A number, or two numbers with two dots between them. */
  private static final Pattern RANGE = Pattern.compile("(\\d{1,9})(?:\\.\\.(\\d{1,9}))?");

  @Mixin final ClusterFlags flags = new ClusterFlags();

  @Override
  Analysis<?> analysis(SparkSession spark, Settings s) throws UserException, IOException {
    String place = s.text("predictions");
    String carried = s.optionalText("truth") == null ? s.optionalText("truth-column") : null;
    List<String> needed = new ArrayList<>(List.of(Clusters.columns()));
    if (carried != null) {
      needed.add("carried");
    }
    ClusterOptions options = options(s);
    Dataset<Row> predictions =
        Predictions.read(
            spark, place, s.optionalText("model-sha256"), needed.toArray(String[]::new));
    return new Clusters(predictions, place, labels(spark, s), options);
  }

  private static @Nullable Labels labels(SparkSession spark, Settings s)
      throws UserException, IOException {
    String truth = s.optionalText("truth");
    String column = s.optionalText("truth-column");
    return truth == null && column == null && !s.flag("truth-folders")
        ? null
        : TruthFlags.labels(spark, truth, column);
  }

  private static ClusterOptions options(Settings s) throws UserException {
    String clusters = s.text("clusters");
    Matcher range = RANGE.matcher(clusters);
    if (!range.matches()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "clusters is '%s', expected a number such as 10, or a range such as 2..20",
              clusters));
    }
    int least = Integer.parseInt(range.group(1));
    Thumbnails.Options t = Thumbnails.Options.DEFAULT;
    try {
      return new ClusterOptions(
          least,
          range.group(2) == null ? least : Integer.parseInt(range.group(2)),
          s.choice("algorithm", ClusterOptions.Algorithm.class),
          s.integer("pca"),
          s.integer64("seed"),
          s.integer("sample"),
          s.integer("representatives"),
          s.integer("farthest"),
          s.integer("pictures"),
          s.integer("points"),
          new Thumbnails.Options(
              t.side(),
              t.quality(),
              t.maxBytes(),
              t.limitSeconds(),
              s.choice("orientation", Orientation.class),
              t.limits(),
              s.optionalText("image-column"),
              s.optionalText("key-column")));
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }
}
