package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.run.Forecast;
import io.repvit.run.RunEnd;
import io.repvit.run.RunPlan;
import io.repvit.table.Destination;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The main job: images in, labels and embeddings out. */
@Command(
    name = "classify",
    description = "Classifies images and writes labels and embeddings to Parquet.",
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file with settings.")
  @Nullable Path file;

  @Mixin final Flags flags = new Flags();

  /** All settings of the command. */
  static final class Flags {
    @Mixin final ClassifyFlags run = new ClassifyFlags();
    @Mixin final WatchFlags watch = new WatchFlags();
  }

  @ArgGroup(exclusive = false)
  @Nullable DryRunFlags dry;

  @Option(
      names = "--json",
      description = "Print the manifest, or what a dry run finds, as JSON instead of a table.")
  boolean json;

  @Override
  public Integer call() throws Exception {
    return Stopping.during(err(), command.qualifiedName(), this::run);
  }

  private int run(Stopping stopping) throws UserException, IOException {
    Settings settings = Settings.of(command, file);
    DryRunFlags dryRun = dry;
    if (dryRun != null) {
      dryRun.check();
      var config = ClassifyConfig.of(settings, Clock.systemUTC());
      try (SparkSession spark = Sparks.open("classify")) {
        return plan(spark, config, dryRun);
      }
    }
    return Watch.during(
        settings,
        new RunMessages(command)::warn,
        watch -> {
          var config = ClassifyConfig.of(settings, Clock.systemUTC());
          watch.begin(config.job());
          try (SparkSession spark = Sparks.open("classify")) {
            return classify(spark, config, stopping, watch);
          }
        });
  }

  private int plan(SparkSession spark, ClassifyConfig config, DryRunFlags flags)
      throws UserException, IOException {
    Integer cores = flags.cores;
    Forecast forecast =
        config
            .job()
            .forecast(
                spark,
                new RunMessages(command),
                cores == null ? Duration.ZERO : Duration.ofSeconds(flags.sampleSeconds),
                cores == null ? 1 : cores);
    RunPlan planned = forecast.planned();
    if (planned.listed() == 0) {
      return unpublished(config, new RunEnd.NothingNew(0, 0, planned.plan().leftOut()));
    }
    var summary = ForecastSummary.of(forecast, flags);
    if (json) {
      out().println(summary.json());
    } else {
      ClassifySummary.print(out(), planned, forecast.planningSeconds());
      summary.print(out());
    }
    out().flush();
    return ExitCode.DONE;
  }

  private int classify(SparkSession spark, ClassifyConfig config, Stopping stopping, Watch watch)
      throws UserException, IOException {
    RunEnd end = WatchedRun.run(command, spark, config, stopping);
    if (end instanceof RunEnd.Published published) {
      watch.end(ExitCode.DONE, "", end);
      return published(spark, config, published);
    }
    var unpublished = Unpublished.of(end, config);
    watch.end(unpublished.code(), unpublished.line(), end);
    return unpublished(config, end);
  }

  private int published(SparkSession spark, ClassifyConfig config, RunEnd.Published published) {
    if (json) {
      out().print(published.manifest().json());
      out().flush();
      return ExitCode.DONE;
    }
    Destination destination = config.job().destination();
    List<Row> sample = List.of();
    try {
      sample = ClassifySummary.sample(spark, destination, published.key());
    } catch (Exception e) {
      err()
          .println(
              "repvit classify: warning: the run is published, but its predictions cannot be read"
                  + " to show some of them: "
                  + UserException.reason(e));
    }
    ClassifySummary.print(out(), destination, published, sample);
    return ExitCode.DONE;
  }

  private int unpublished(ClassifyConfig config, RunEnd end) {
    var unpublished = Unpublished.of(end, config);
    err().println("repvit classify: " + unpublished.line());
    return unpublished.code();
  }

  private PrintWriter out() {
    return command.commandLine().getOut();
  }

  private PrintWriter err() {
    return command.commandLine().getErr();
  }
}
