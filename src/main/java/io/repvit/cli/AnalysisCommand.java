package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.ResultFolder;
import io.repvit.analytics.Summaries;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that writes an {@link Analysis} to the folder {@code --output} and prints its summary.
 * A subclass has its options in a field {@code flags} with {@code @Mixin}, of a class that extends
 * {@link TableFlags}.
 */
abstract class AnalysisCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file with settings.")
  @Nullable Path file;

  @Option(names = "--json", description = "Print the summary as JSON instead of text.")
  boolean json;

  /** The analysis that the settings ask for. Its rows are computed when they are written. */
  abstract Analysis<?> analysis(SparkSession spark, Settings settings)
      throws UserException, IOException;

  /** The settings that must have a value. */
  List<String> required() {
    return List.of("predictions", "output");
  }

  @Override
  public Integer call() throws UserException, IOException {
    Settings settings = Settings.of(command, file);
    for (String key : required()) {
      settings.text(key);
    }
    try (SparkSession spark = Sparks.open(command.name())) {
      Written written = write(spark, settings);
      PrintWriter out = command.commandLine().getOut();
      out.println(json ? written.json() : written.text());
      out.flush();
      return ExitCode.DONE;
    }
  }

  /** A summary as JSON and as text for a terminal. */
  record Written(String json, String text) {}

  /** Computes and writes the results. */
  Written write(SparkSession spark, Settings settings) throws UserException, IOException {
    ResultFolder folder =
        ResultFolder.create(spark, settings.text("output"), settings.flag("overwrite"));
    return write(folder, analysis(spark, settings));
  }

  private static <S> Written write(ResultFolder folder, Analysis<S> analysis)
      throws UserException, IOException {
    S summary = folder.write(analysis);
    return new Written(Summaries.json(summary), analysis.text(summary));
  }
}
