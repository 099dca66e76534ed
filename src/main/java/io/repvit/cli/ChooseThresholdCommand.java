package io.repvit.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.CascadeLimits;
import io.repvit.run.RunCascade;
import io.repvit.run.RunEnd;
import io.repvit.run.RunManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Finds the limit of a cascade on labelled images. */
@Command(
    name = "choose-threshold",
    description =
        "Finds the limit --below of a cascade: classifies labelled images with --model and --then,"
            + " and prints accuracy and images/s of both and of the cascade at each limit. The"
            + " options are those of classify; the tables of the run have the answers of both"
            + " models.",
    sortOptions = false,
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class ChooseThresholdCommand implements Callable<Integer> {
  /** A limit above every score. */
  private static final double ALL = 2;

  @Spec CommandSpec command;

  @Option(names = "--config", paramLabel = "FILE", description = "HOCON file of classify.")
  @Nullable Path file;

  @Mixin final TruthFlags truth = new TruthFlags();

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      defaultValue = "0.001",
      description = "How much less accurate than the second model the cascade may be, 0 to 1.")
  double tolerance;

  @Option(names = "--json", description = "Print JSON instead of a table.")
  boolean json;

  @Mixin final ClassifyFlags flags = new ClassifyFlags();

  @Override
  public Integer call() throws Exception {
    return Stopping.during(command.commandLine().getErr(), command.qualifiedName(), this::run);
  }

  private int run(Stopping stopping) throws UserException, IOException {
    Settings settings = Settings.of(command, file);
    settings.text("then");
    if (settings.optionalNumber("below") != null) {
      throw new UserException("below is what choose-threshold finds; leave it out");
    }
    if (!(tolerance >= 0 && tolerance <= 1)) {
      throw new UserException("tolerance is " + tolerance + ", expected 0 to 1");
    }
    var config =
        ClassifyConfig.of(settings.with(Map.of("below", ALL, "rescore", true)), Clock.systemUTC());
    try (SparkSession spark = Sparks.open("choose-threshold")) {
      Labels labels = TruthFlags.labels(spark, truth.truth, truth.truthColumn);
      RunEnd end = WatchedRun.run(command, spark, config, stopping);
      if (!(end instanceof RunEnd.Published published)) {
        var unpublished = Unpublished.of(end, config);
        command.commandLine().getErr().println(command.qualifiedName() + ": " + unpublished.line());
        return unpublished.code();
      }
      Dataset<Row> predictions = config.job().destination().predictions(published.key(), spark);
      print(CascadeLimits.of(predictions, labels, tolerance, seconds(published.manifest())));
      return ExitCode.DONE;
    }
  }

  /** Measured times; duplicates are counted as images, as they are in any run. */
  private static CascadeLimits.Seconds seconds(RunManifest m) {
    RunCascade cascade = Objects.requireNonNull(m.cascade());
    double other = 0;
    for (String stage : new String[] {"fetch_wait", "decode", "preprocess", "write"}) {
      other += Objects.requireNonNull(m.stages().get(stage)).seconds();
    }
    return new CascadeLimits.Seconds(
        other / m.listed(),
        seconds(cascade.firstImagesPerSecond()),
        seconds(cascade.secondImagesPerSecond()));
  }

  private static double seconds(@Nullable Double rate) {
    return rate == null ? 0 : 1 / rate;
  }

  private void print(CascadeLimits found) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(
          new ObjectMapper()
              .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(found));
    } else {
      table(out, found);
    }
    out.flush();
  }

  private static void table(PrintWriter out, CascadeLimits found) {
    out.printf(
        Locale.ROOT, "%-14s %8s %8s %20s%n", "below", "second", "top-1", "images/s per slot");
    alone(out, "first alone", 0, found.first());
    found.limits().forEach(limit -> line(out, limit, limit.equals(found.chosen())));
    alone(out, "second alone", 1, found.second());
    out.printf(
        Locale.ROOT,
        "%n%d images, %d without truth. %s%n",
        found.images(),
        found.withoutTruth(),
        found.chosen().below() == 0
            ? "The first model alone is within the tolerance of " + found.tolerance()
            : String.format(
                Locale.ROOT,
                "--below %s is the smallest limit within the tolerance of %s",
                found.chosen().below(),
                found.tolerance()));
  }

  private static void alone(PrintWriter out, String name, int share, CascadeLimits.Alone model) {
    row(out, name, share, model.accuracy(), model.imagesPerSecond());
  }

  private static void line(PrintWriter out, CascadeLimits.Limit limit, boolean chosen) {
    String name = String.format(Locale.ROOT, "%.3f%s", limit.below(), chosen ? " chosen" : "");
    row(out, name, limit.share(), limit.accuracy(), limit.imagesPerSecond());
  }

  private static void row(
      PrintWriter out, String name, double share, double accuracy, double rate) {
    out.printf(Locale.ROOT, "%-14s %7.1f%% %8.4f %20.1f%n", name, 100 * share, accuracy, rate);
  }
}
