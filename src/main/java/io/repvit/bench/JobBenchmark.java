package io.repvit.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.UserException;
import io.repvit.cli.Machine;
import io.repvit.cli.Machine.ProcessorTime;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.plan.Plan;
import io.repvit.predict.ClassifyOptions;
import io.repvit.run.Phase;
import io.repvit.run.RunEnd;
import io.repvit.run.RunJob;
import io.repvit.run.RunObserver;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.PredictionTable;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Measures the whole job, and ONNX Runtime alone, with the same model. */
final class JobBenchmark {
  /** Images per measurement of ONNX Runtime alone; more do not make it more precise. */
  private static final int CEILING_IMAGES = 2000;

  private final SparkSession spark;
  private final Path model;
  private final Path work;
  private final int images;
  private final int batch;

  /**
   * @param model absolute path of the ONNX file
   * @param work absolute path of the folder for tables
   * @param images number of images of the input
   * @param batch images per inference
   */
  JobBenchmark(SparkSession spark, Path model, Path work, int images, int batch) {
    this.spark = spark;
    this.model = model;
    this.work = work;
    this.images = images;
    this.batch = batch;
  }

  /**
   * One measurement.
   *
   * @param images number of classified images
   * @param seconds wall time
   * @param used processor time during the measurement
   * @param text checksum of the rows, and task time per stage, for printing
   */
  record Outcome(int images, double seconds, ProcessorTime used, String text) {
    double rate() {
      return images / seconds;
    }

    /** Adds the rate to {@code rates}, and prints the measurement. */
    void report(PrintWriter out, Runs rates, int round, String what) {
      rates.add(what, rate());
      out.printf(
          Locale.ROOT,
          "round %d  %-28s %8.2f images/s, processor time %.2f ms per image, other processes used %.2f processors%s%n",
          round,
          what,
          rate(),
          1000 * used.own() / images,
          used.others() / seconds,
          text);
      out.flush();
    }
  }

  /** Measures ONNX Runtime alone, with one calling thread per task slot. */
  Outcome ceiling() throws IOException, ModelException {
    int ready = Math.min(images, CEILING_IMAGES);
    int slots = spark.sparkContext().defaultParallelism();
    ProcessorTime before = Machine.processorTime();
    double rate =
        Ceiling.measure(
            ModelFile.of(model.getFileName().toString(), Files.readAllBytes(model)),
            slots,
            batch,
            ready);
    return new Outcome(ready, ready / rate, Machine.processorTime().minus(before), "");
  }

  /**
   * Sums the lengths of the images below {@code input}.
   *
   * @throws UserException if their number is not that of the benchmark
   */
  long requireImages(String input) throws IOException, UserException {
    Plan plan = run(input, MeasureOptions.NONE).plan(spark, RunObserver.NONE).plan();
    if (plan.count() != images) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s: found %d images, expected %d; copy the folder that --generate-only writes",
              input,
              plan.count(),
              images));
    }
    return plan.length();
  }

  private RunJob run(String input, MeasureOptions measures) {
    var key =
        new RunKey(
            work.resolve("tables").toUri().toString(),
            LocalDate.EPOCH,
            "bench-" + UUID.randomUUID());
    var options =
        new ClassifyOptions(
            batch,
            5,
            ImageLimits.DEFAULT,
            DecodeOptions.DEFAULT,
            FetchWindow.DEFAULT,
            0,
            0,
            8,
            measures);
    return RunJob.builder(new Input.Files(List.of(input)), model.toUri().toString(), key)
        .options(options)
        .rescore(true)
        .build();
  }

  /** Starts the clock when the input is planned: what a run does before is in {@code cold}. */
  private static final class Clock implements RunObserver {
    private ProcessorTime before;
    private long start;

    Clock() throws IOException {
      before = Machine.processorTime();
      start = System.nanoTime();
    }

    @Override
    public void enter(Phase phase) throws IOException {
      if (phase == Phase.CLASSIFYING) {
        before = Machine.processorTime();
        start = System.nanoTime();
      }
    }
  }

  /** Runs the whole job on the images below {@code input}, and deletes its predictions. */
  Outcome job(String input, MeasureOptions measures) throws IOException, UserException {
    RunJob run = run(input, measures);
    var clock = new Clock();
    RunEnd end = run.run(spark, clock);
    double seconds = (System.nanoTime() - clock.start) / 1e9;
    ProcessorTime used = Machine.processorTime().minus(clock.before);
    if (!(end instanceof RunEnd.Published published)) {
      throw new UserException("the benchmark's run is not published: " + end);
    }
    RunKey key = published.key();
    org.apache.hadoop.fs.Path predictions = key.folder(PredictionTable.NAME);
    String checksum = checksum(spark.read().parquet(predictions.toString()));
    predictions.getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(predictions, true);
    StringBuilder stages = new StringBuilder();
    published
        .manifest()
        .stages()
        .forEach(
            (name, stage) ->
                stages.append(String.format(Locale.ROOT, ", %s %.1f", name, stage.seconds())));
    return new Outcome(
        images,
        seconds,
        used,
        String.format(Locale.ROOT, ", checksum %s, task seconds%s", checksum, stages));
  }

  /**
   * Checksum of file names, classes, scores and embeddings; it does not depend on the order of
   * rows.
   */
  static String checksum(Dataset<Row> predictions) {
    return predictions
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
}
