package io.repvit.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.Orientation;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.input.FetchWindow;
import io.repvit.input.Input;
import io.repvit.input.InputException;
import io.repvit.input.Plan;
import io.repvit.job.Machine.ProcessorTime;
import io.repvit.model.RepVitVariant;
import io.repvit.run.ParquetFolders;
import io.repvit.run.RunKey;
import io.repvit.run.RunPolicy;
import io.repvit.run.Staging;
import io.repvit.spark.Attempt;
import io.repvit.spark.ClassifyOptions;
import io.repvit.spark.ClassifyRun;
import io.repvit.spark.Destination;
import io.repvit.spark.Planned;
import io.repvit.spark.PredictionTable;
import io.repvit.spark.Scorer;
import io.repvit.spark.Work;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * How near the whole job comes to ONNX Runtime alone: the same model, threads and batch in one run,
 * rounds of (a) ready tensors, (b) the job on local files, (c) the job on a remote copy of them.
 */
@Command(
    name = "job",
    description = "Measures the whole job against ONNX Runtime alone, in one run.",
    mixinStandardHelpOptions = true)
final class BenchJobCommand implements Callable<Integer> {
  private static final int CLASSES = 1000;

  private static final String CEILING = "a tensors";
  private static final String LOCAL = "b local files";
  private static final String REMOTE = "c remote";

  /** More do not make the ceiling any clearer. */
  private static final int CEILING_IMAGES = 2000;

  @Spec CommandSpec command;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      required = true,
      description = "Where the model, the images and the tables are made.")
  Path work = Path.of("");

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Images per round (default: ${DEFAULT-VALUE}).")
  int images = 8000;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of a, b, c (default: ${DEFAULT-VALUE}).")
  int rounds = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Rounds of b, c before, which do not count (default: ${DEFAULT-VALUE}).")
  int warmUp = 1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Images per inference (default: ${DEFAULT-VALUE}).")
  int batch = 4;

  @Option(
      names = "--remote",
      paramLabel = "URI",
      description = "The same images on another store, for (c); left out without it.")
  @Nullable String remote;

  @Option(
      names = "--generate-only",
      description = "Make the model and the images, measure nothing.")
  boolean generateOnly;

  @Override
  public Integer call() throws IOException, InputException, ModelException {
    Path folder = work.toAbsolutePath().resolve("images-" + images);
    Path modelFile = work.toAbsolutePath().resolve("repvit_m0_9.onnx");
    BenchImages.make(folder, images);
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
    new Exporter()
        .exportPseudoRandom(
            RepVitVariant.M0_9,
            labels,
            TimmPreprocessing.square(TimmPreprocessing.DEFAULT_SIDE),
            modelFile);
    if (generateOnly) {
      return ExitCode.DONE;
    }
    try (SparkSession spark = Sparks.open("bench job")) {
      measure(spark, ModelLoader.load(modelFile.toUri().toString(), null, hadoop(spark)), folder);
    }
    return ExitCode.DONE;
  }

  private void measure(SparkSession spark, ModelFile model, Path folder)
      throws IOException, InputException, ModelException {
    int slots = spark.sparkContext().defaultParallelism();
    var places = new LinkedHashMap<String, String>();
    places.put(LOCAL, folder.toUri().toString());
    if (remote != null) {
      places.put(REMOTE, remote);
    }
    long bytes = 0;
    for (var place : places.entrySet()) {
      bytes = requireImages(spark, place.getKey(), place.getValue());
    }
    // Start-up: classes, natives, the session, connections, and what both JVMs compile: of S3A's
    // client and of the S3 server several thousand requests' worth.
    for (int round = 0; round < warmUp; round++) {
      for (String place : places.values()) {
        job(spark, model, place);
      }
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        "model %s %s%n%d images %dx%d, %d bytes on average, %d task slots, batch %d, JVM %s, %s%n%n",
        model.name(),
        model.sha256(),
        images,
        BenchImages.WIDTH,
        BenchImages.HEIGHT,
        bytes / images,
        slots,
        batch,
        System.getProperty("java.version"),
        Machine.processor());
    var rates = new Runs();
    for (int round = 1; round <= rounds; round++) {
      report(out, rates, round, CEILING, ceiling(model, slots));
      for (var place : places.entrySet()) {
        report(out, rates, round, place.getKey(), job(spark, model, place.getValue()));
      }
    }
    out.println();
    double a = rates.median(CEILING);
    for (String what : rates.names()) {
      double median = rates.median(what);
      out.printf("median %-14s %8.2f images/s, %.3f of a%n", what, median, median / a);
    }
    if (remote != null) {
      out.printf("c / b %.3f%n", rates.median(REMOTE) / rates.median(LOCAL));
    }
    out.printf(
        "peak resident memory %d MiB, peak heap %d MiB%n",
        Machine.peakResidentMiB(), Machine.peakHeapMiB());
    out.flush();
  }

  /**
   * @param images how many were classified
   * @param seconds wall time
   * @param used processor time of that while
   * @param text checksum of the rows, and seconds that task threads spent at each stage
   */
  private record Outcome(int images, double seconds, ProcessorTime used, String text) {
    double rate() {
      return images / seconds;
    }
  }

  private Outcome ceiling(ModelFile model, int slots) throws IOException, ModelException {
    int ready = Math.min(images, CEILING_IMAGES);
    ProcessorTime before = Machine.processorTime();
    double rate = Ceiling.measure(model, slots, batch, ready);
    return new Outcome(ready, ready / rate, Machine.processorTime().minus(before), "");
  }

  /** The sum of the lengths of {@code images} images. */
  private long requireImages(SparkSession spark, String place, String input)
      throws IOException, InputException {
    Staging staging = Attempt.staging(spark, key());
    try {
      Plan plan = new Input.Files(List.of(input)).plan(spark, staging.planFiles());
      if (plan.entries() != images) {
        throw new InputException(
            "%s: found %d images, expected %d".formatted(place, plan.entries(), images));
      }
      return plan.length();
    } finally {
      staging.delete();
    }
  }

  private RunKey key() {
    return new RunKey(
        work.toAbsolutePath().resolve("tables").toUri().toString(),
        LocalDate.EPOCH,
        "bench-" + UUID.randomUUID());
  }

  private Outcome job(SparkSession spark, ModelFile model, String input)
      throws IOException, InputException, ModelException {
    RunKey key = key();
    var options =
        new ClassifyOptions(
            batch,
            5,
            ImageLimits.DEFAULT,
            Orientation.EXIF,
            JpegScaling.FULL,
            FetchWindow.DEFAULT,
            0,
            0,
            8);
    ModelCard card = ModelCard.fromMetadata(ModelLoader.summary(model).metadata());
    var scorer = Scorer.of(model, card, options.orientation(), options.scaling());
    var publisher = new ParquetFolders(spark, RunPolicy.DEFAULT.targetFileBytes());
    var run = new ClassifyRun(spark, model, publisher);
    Input files = new Input.Files(List.of(input));
    ClassifyRun.Result result;
    double seconds;
    ProcessorTime used;
    try (var attempt =
        Attempt.begin(
            spark,
            key,
            new Work(files, scorer, options, true, new Destination.Folders()),
            RunPolicy.DEFAULT)) {
      Planned planned = attempt.plan();
      ProcessorTime before = Machine.processorTime();
      long start = System.nanoTime();
      result = run.execute(attempt, planned);
      seconds = (System.nanoTime() - start) / 1e9;
      used = Machine.processorTime().minus(before);
      attempt.finish();
    }
    if (!(result instanceof ClassifyRun.Result.Published)) {
      throw new InputException("images were quarantined: " + result.report().quarantined());
    }
    org.apache.hadoop.fs.Path predictions = key.folder(PredictionTable.NAME);
    String checksum = checksum(spark, predictions.toString());
    predictions.getFileSystem(hadoop(spark)).delete(predictions, true);
    StringBuilder stages = new StringBuilder();
    result
        .report()
        .metrics()
        .times()
        .ofTaskThreads()
        .forEach((name, d) -> stages.append(", %s %.1f".formatted(name, d.nanos() / 1e9)));
    return new Outcome(
        images, seconds, used, ", checksum %s, task seconds%s".formatted(checksum, stages));
  }

  /** Over file name, classes, scores and embeddings; does not depend on the order of rows. */
  private static String checksum(SparkSession spark, String predictions) {
    return spark
        .read()
        .parquet(predictions)
        .select(
            xxhash64(
                    element_at(split(col("path"), "/"), -1),
                    col("label_index"),
                    col("top_k"),
                    col("embedding"))
                .cast("decimal(38,0)")
                .as("hash"))
        .agg(sum("hash"))
        .first()
        .getDecimal(0)
        .toBigInteger()
        .toString(16);
  }

  private static void report(PrintWriter out, Runs rates, int round, String what, Outcome o) {
    rates.add(what, o.rate());
    out.printf(
        "round %d  %-14s %8.2f images/s, %.2f ms of processor an image, others used %.2f processors%s%n",
        round,
        what,
        o.rate(),
        1000 * o.used().own() / o.images(),
        o.used().others() / o.seconds(),
        o.text());
    out.flush();
  }

  private static Configuration hadoop(SparkSession spark) {
    return spark.sparkContext().hadoopConfiguration();
  }
}
