package io.repvit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.repvit.UserException;
import io.repvit.analytics.Evaluation;
import io.repvit.analytics.Labels;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Computes the accuracy of predictions. */
@Command(
    name = "evaluate",
    description =
        "Compares predictions with true labels: top-1, top-k, per-class recall and precision,"
            + " confusion matrix.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class EvaluateCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file with settings.")
  @Nullable Path file;

  @Mixin final EvaluateFlags flags = new EvaluateFlags();

  @Option(names = "--json", description = "Print JSON instead of a table.")
  boolean json;

  @Override
  public Integer call() throws UserException, IOException {
    Settings settings = Settings.of(command, file);
    String place = settings.text("predictions");
    try (SparkSession spark = Sparks.open("evaluate")) {
      Labels labels =
          TruthFlags.labels(
              spark, settings.optionalText("truth"), settings.optionalText("truth-column"));
      Evaluation evaluation = Evaluation.of(read(spark, place, "path", "label", "top_k"), labels);
      PrintWriter out = command.commandLine().getOut();
      if (json) {
        out.println(
            new ObjectMapper()
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(evaluation));
      } else {
        print(out, evaluation);
      }
      out.flush();
      return ExitCode.DONE;
    }
  }

  /** Reads columns of a Parquet table or a CSV file with a header. */
  static Dataset<Row> read(SparkSession spark, String place, String... columns)
      throws UserException {
    try {
      Dataset<Row> table =
          place.endsWith(".csv")
              ? spark.read().option("header", true).csv(place)
              : spark.read().parquet(place);
      table.selectExpr(columns);
      return table;
    } catch (Exception e) {
      // The first two are checked exceptions that Spark's Scala signatures do not declare.
      if (e instanceof AnalysisException
          || e instanceof UnsupportedFileSystemException
          || e instanceof IllegalArgumentException) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "%s cannot be read as a table with the columns %s: %s",
                place,
                String.join(", ", columns),
                String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
            e);
      }
      throw e;
    }
  }

  private static void print(PrintWriter out, Evaluation e) {
    out.printf(Locale.ROOT, "%-24s %8s %8s %10s%n", "label", "images", "recall", "precision");
    for (var c : e.classes()) {
      out.printf(
          Locale.ROOT,
          "%-24s %8d %8.4f %10.4f%n",
          c.label(),
          c.images(),
          c.recall(),
          c.precision());
    }
    out.printf(Locale.ROOT, "%nmost frequent confusions%n");
    e.confusion().stream()
        .filter(c -> !c.truth().equals(c.predicted()))
        .sorted((a, b) -> Long.compare(b.images(), a.images()))
        .limit(10)
        .forEach(
            c ->
                out.printf(Locale.ROOT, "%-24s %8d as %s%n", c.truth(), c.images(), c.predicted()));
    out.printf(
        Locale.ROOT,
        "%n%d images, %d without truth: top-1 %.4f, top-%d %.4f%n",
        e.images(),
        e.withoutTruth(),
        e.top1(),
        e.k(),
        e.topK());
  }
}
