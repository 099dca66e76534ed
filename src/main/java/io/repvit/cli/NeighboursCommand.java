package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.Predictions;
import io.repvit.analytics.neighbours.NeighbourOptions;
import io.repvit.analytics.neighbours.Neighbours;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Finds the rows with the nearest embeddings. */
@Command(
    name = "neighbours",
    description = "Finds the most similar images: the rows with the nearest embeddings.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class NeighboursCommand extends AnalysisCommand {
  private static final String[] COLUMNS = {"path", "embedding"};

  @Mixin final NeighbourFlags flags = new NeighbourFlags();

  @Override
  Analysis<?> analysis(SparkSession spark, Settings settings) throws UserException, IOException {
    String place = settings.text("predictions");
    String model = settings.optionalText("model-sha256");
    String queries = settings.optionalText("queries");
    List<String> paths = settings.list("paths");
    List<String> images = settings.list("images");
    NeighbourOptions options = options(settings);
    int kinds = (queries == null ? 0 : 1) + (paths.isEmpty() ? 0 : 1) + (images.isEmpty() ? 0 : 1);
    if (kinds > 1) {
      throw new UserException("--queries, --paths and --images exclude each other; give one");
    }
    if (images.isEmpty() != (settings.optionalText("model") == null)) {
      throw new UserException("--images and --model need each other; give both or none");
    }
    Dataset<Row> table = Predictions.read(spark, place, model, COLUMNS);
    if (queries != null) {
      return Neighbours.ofTable(
          Predictions.read(spark, queries, model, COLUMNS),
          table,
          queries + " among " + place,
          options);
    }
    if (!paths.isEmpty()) {
      return Neighbours.ofPaths(paths, table, place, options);
    }
    if (!images.isEmpty()) {
      return Neighbours.ofImages(images, settings.text("model"), table, place, options);
    }
    return Neighbours.ofAll(table, place, options);
  }

  private static NeighbourOptions options(Settings settings) throws UserException {
    try {
      return new NeighbourOptions(
          settings.integer("k"),
          settings.choice("method", NeighbourOptions.Method.class),
          settings.number("recall"),
          settings.integer("cells"),
          settings.integer("probes"),
          settings.integer("sample"),
          settings.integer("block-mib"),
          settings.integer64("seed"));
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
  }
}
