package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ModelFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Compares the throughput of the whole job with that of ONNX Runtime alone, with the same model,
 * threads and batch size. Each round measures (a) inference on tensors in memory, (b) the job on
 * local files, (c) the job on a remote copy of them.
 */
@Command(
    name = "job",
    description = "Compares the throughput of the whole job with that of ONNX Runtime alone.",
    mixinStandardHelpOptions = true)
final class BenchJobCommand implements Callable<Integer> {
  private static final String CEILING = "a tensors";
  private static final String LOCAL = "b local files";
  private static final String REMOTE = "c remote";

  @Spec CommandSpec command;

  @Mixin final BenchWork work = new BenchWork(8000);

  @Mixin final BenchRounds rounds = new BenchRounds(3);

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Warm-up rounds of (b) and (c) (default: ${DEFAULT-VALUE}).")
  int warmUp = 1;

  @Mixin final BenchBatch batch = new BenchBatch();

  @Option(
      names = "--remote",
      paramLabel = "URI",
      description =
          "Folder with the same images on another store; without it, (c) is not measured.")
  @Nullable String remote;

  @Option(
      names = "--measures",
      description = "Measure (b) also with --quality, with --phash and with both.")
  boolean measures;

  @Option(
      names = "--generate-only",
      description = "Write the model and the images, but measure nothing.")
  boolean generateOnly;

  @Override
  public Integer call() throws UserException, IOException {
    Path folder = work.makeImages();
    Path modelFile = BenchModel.make(work.folder());
    if (generateOnly) {
      return ExitCode.DONE;
    }
    try (SparkSession spark = Sparks.open("bench job")) {
      measure(spark, modelFile, folder);
    }
    return ExitCode.DONE;
  }

  private void measure(SparkSession spark, Path modelFile, Path folder)
      throws IOException, UserException {
    var benchmark = new JobBenchmark(spark, modelFile, work.folder(), work.images, batch.size);
    String local = folder.toUri().toString();
    var cases = new LinkedHashMap<String, Case>();
    cases.put(LOCAL, new Case(local, MeasureOptions.NONE));
    if (measures) {
      cases.put(LOCAL + ", quality", new Case(local, new MeasureOptions(true, false)));
      cases.put(LOCAL + ", phash", new Case(local, new MeasureOptions(false, true)));
      cases.put(LOCAL + ", both", new Case(local, MeasureOptions.ALL));
    }
    if (remote != null) {
      cases.put(REMOTE, new Case(remote, MeasureOptions.NONE));
    }
    long bytes = 0;
    for (Case each : cases.values()) {
      bytes = benchmark.requireImages(each.place());
    }
    // The warm-up loads classes and native libraries, opens the session and connections, and lets
    // the JIT compile S3A's client and the S3 server, which takes several thousand requests.
    for (int round = 0; round < warmUp; round++) {
      for (Case each : cases.values()) {
        benchmark.job(each.place(), each.measures());
      }
    }
    ModelFile model =
        ModelFile.of(modelFile.getFileName().toString(), Files.readAllBytes(modelFile));
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "model %s %s%n%d images %dx%d, %d bytes on average, %d task slots, batch %d, JVM %s, %s%n%n",
        model.name(),
        model.sha256(),
        work.images,
        BenchImages.WIDTH,
        BenchImages.HEIGHT,
        bytes / work.images,
        spark.sparkContext().defaultParallelism(),
        batch.size,
        System.getProperty("java.version"),
        Machine.processor());
    var rates = new Runs();
    for (int round = 1; round <= rounds.number; round++) {
      benchmark.ceiling().report(out, rates, round, CEILING);
      for (var each : cases.entrySet()) {
        Case of = each.getValue();
        benchmark.job(of.place(), of.measures()).report(out, rates, round, each.getKey());
      }
    }
    out.println();
    double a = rates.median(CEILING);
    for (String what : rates.names()) {
      double median = rates.median(what);
      out.printf(
          Locale.ROOT,
          "median %-28s %8.2f images/s, %.3f of a, %.3f of b%n",
          what,
          median,
          median / a,
          median / rates.median(LOCAL));
    }
    if (remote != null) {
      out.printf(Locale.ROOT, "c / b %.3f%n", rates.median(REMOTE) / rates.median(LOCAL));
    }
    out.printf(
        Locale.ROOT,
        "peak resident memory %d MiB, peak heap %d MiB%n",
        Machine.peakResidentMiB(),
        Machine.peakHeapMiB());
    out.flush();
  }

  /** Images and options of a job. */
  private record Case(String place, MeasureOptions measures) {}
}
