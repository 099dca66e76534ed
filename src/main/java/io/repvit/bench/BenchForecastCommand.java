package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Machine.ProcessorTime;
import io.repvit.cli.Sparks;
import io.repvit.predict.ClassifyOptions;
import io.repvit.run.Calibration;
import io.repvit.run.Forecast;
import io.repvit.run.RunEnd;
import io.repvit.run.RunJob;
import io.repvit.run.RunObserver;
import io.repvit.source.Input;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Compares the forecast of a dry run with a run of the same images. Each round makes the forecast,
 * and then executes the run.
 */
@Command(
    name = "forecast",
    description = "Compares the time that a dry run forecasts with that of the run.",
    mixinStandardHelpOptions = true)
final class BenchForecastCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Mixin final BenchWork work = new BenchWork(4000);

  @Option(
      names = "--calibration",
      paramLabel = "SECONDS",
      converter = AtLeastOne.class,
      description = "Time of the calibration, 10 in classify (default: ${DEFAULT-VALUE}).")
  int calibration = 10;

  @Mixin final BenchRounds rounds = new BenchRounds(3);

  @Override
  public Integer call() throws UserException, IOException {
    Path folder = work.makeImages();
    Path model = BenchModel.make(work.folder());
    PrintWriter out = command.commandLine().getOut();
    try (SparkSession spark = Sparks.open("bench forecast")) {
      int cores = spark.sparkContext().defaultParallelism();
      out.printf(
          Locale.ROOT,
          "%d images, %d cores, JVM %s, %s%n",
          work.images,
          cores,
          System.getProperty("java.version"),
          Machine.processor());
      var ratios = new Runs();
      for (int round = 1; round <= rounds.number; round++) {
        ratios.add("ratio", round(out, spark, round, folder, model, cores));
      }
      Runs.Spread spread = ratios.spread("ratio");
      out.printf(
          Locale.ROOT,
          "forecast / measured: median %.3f, from %.3f to %.3f%n",
          spread.median(),
          spread.min(),
          spread.max());
      out.flush();
    }
    return ExitCode.DONE;
  }

  private double round(
      PrintWriter out, SparkSession spark, int round, Path folder, Path model, int cores)
      throws UserException, IOException {
    var tables = new org.apache.hadoop.fs.Path(work.folder().resolve("tables").toUri());
    var key = new RunKey(tables.toString(), LocalDate.EPOCH, "bench-" + UUID.randomUUID());
    RunJob job =
        RunJob.builder(new Input.Files(List.of(folder.toUri().toString())), model.toUri() + "", key)
            .options(ClassifyOptions.DEFAULT)
            .rescore(true)
            .build();
    Forecast forecast =
        job.forecast(spark, RunObserver.NONE, Duration.ofSeconds(calibration), cores);
    double expected = forecast.seconds().orElseThrow() - forecast.planningSeconds();
    ProcessorTime before = Machine.processorTime();
    long start = System.nanoTime();
    RunEnd end = job.run(spark);
    double wall = (System.nanoTime() - start) / 1e9;
    ProcessorTime used = Machine.processorTime().minus(before);
    if (!(end instanceof RunEnd.Published published)) {
      throw new UserException("the benchmark's run is not published: " + end);
    }
    double measured = published.manifest().classifySeconds();
    FileSystem fs = tables.getFileSystem(spark.sparkContext().hadoopConfiguration());
    fs.delete(tables, true);
    Calibration speed = Objects.requireNonNull(forecast.calibration());
    out.printf(
        Locale.ROOT,
        "round %d  forecast %.1f s, measured %.1f s, ratio %.3f; per core %.2f images/s forecast,"
            + " %.2f measured; whole run %.1f s; other processes used %.2f processors; ms per image"
            + " forecast %s, measured %s%n",
        round,
        expected,
        measured,
        expected / measured,
        speed.imagesPerSecondPerCore(),
        published.manifest().imagesPerSecondPerCore(),
        wall,
        used.others() / wall,
        milliseconds(speed),
        milliseconds(published));
    out.flush();
    return expected / measured;
  }

  private static String milliseconds(Calibration speed) {
    return text(
        speed.millisecondsPerImage().entrySet().stream()
            .map(e -> one(e.getKey(), e.getValue()))
            .toList());
  }

  private String milliseconds(RunEnd.Published published) {
    return text(
        published.manifest().stages().entrySet().stream()
            .filter(e -> !e.getKey().equals("fetch"))
            .map(e -> one(e.getKey(), 1000 * e.getValue().seconds() / work.images))
            .toList());
  }

  private static String one(String stage, double milliseconds) {
    return String.format(Locale.ROOT, "%s %.2f", stage, milliseconds);
  }

  private static String text(List<String> stages) {
    return String.join(" ", stages);
  }
}
