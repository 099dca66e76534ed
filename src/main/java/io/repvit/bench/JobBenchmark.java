package io.repvit.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.UserException;
import io.repvit.cli.Machine;
import io.repvit.cli.Machine.ProcessorTime;
import io.repvit.cli.ModelLoader;
import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import io.repvit.plan.Plan;
import io.repvit.predict.ClassifyOptions;
import io.repvit.predict.Scorer;
import io.repvit.run.Attempts;
import io.repvit.run.ClassifyRun;
import io.repvit.run.RunPlan;
import io.repvit.run.RunPolicy;
import io.repvit.run.RunSpec;
import io.repvit.source.FetchWindow;
import io.repvit.source.Input;
import io.repvit.table.Destination;
import io.repvit.table.ParquetFolders;
import io.repvit.table.PredictionTable;
import io.repvit.table.RunKey;
import io.repvit.table.Staging;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/** Measures the whole job, and ONNX Runtime alone, with the same model. */
final class JobBenchmark {
  /** Images per measurement of ONNX Runtime alone; more do not make it more precise. */
  private static final int CEILING_IMAGES = 2000;

  private final SparkSession spark;
  private final ModelFile model;
  private final Path work;
  private final int images;
  private final int batch;

  /**
   * @param work absolute path of the folder for tables
   * @param images number of images of the input
   * @param batch images per inference
   */
  JobBenchmark(SparkSession spark, ModelFile model, Path work, int images, int batch) {
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
  }

  /** Measures ONNX Runtime alone, with one calling thread per task slot. */
  Outcome ceiling() throws IOException, ModelException {
    int ready = Math.min(images, CEILING_IMAGES);
    int slots = spark.sparkContext().defaultParallelism();
    ProcessorTime before = Machine.processorTime();
    double rate = Ceiling.measure(model, slots, batch, ready);
    return new Outcome(ready, ready / rate, Machine.processorTime().minus(before), "");
  }

  /**
   * Sums the lengths of the images below {@code input}.
   *
   * @throws UserException if their number is not that of the benchmark
   */
  long requireImages(String input) throws IOException, UserException {
    Staging staging = Attempts.staging(spark, key());
    try {
      Plan plan = Plan.of(new Input.Files(List.of(input)), List.of(), staging.planFiles(), spark);
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
    } finally {
      staging.delete();
    }
  }

  private RunKey key() {
    return new RunKey(
        work.resolve("tables").toUri().toString(), LocalDate.EPOCH, "bench-" + UUID.randomUUID());
  }

  /** Runs the whole job on the images below {@code input}, and deletes its predictions. */
  Outcome job(String input) throws IOException, UserException {
    RunKey key = key();
    var options =
        new ClassifyOptions(
            batch, 5, ImageLimits.DEFAULT, DecodeOptions.DEFAULT, FetchWindow.DEFAULT, 0, 0, 8);
    ModelCard card = ModelCard.fromMetadata(ModelLoader.summary(model).metadata());
    var scorer = Scorer.of(model, card, options.decoding());
    var publisher = new ParquetFolders(spark, RunPolicy.DEFAULT.targetFileBytes());
    var run = new ClassifyRun(spark, model, publisher);
    Input files = new Input.Files(List.of(input));
    ClassifyRun.Result result;
    double seconds;
    ProcessorTime used;
    try (var attempt =
        Attempts.begin(
            spark,
            key,
            new RunSpec(files, scorer, options, true, new Destination.Folders()),
            RunPolicy.DEFAULT)) {
      RunPlan planned = attempt.plan();
      ProcessorTime before = Machine.processorTime();
      long start = System.nanoTime();
      result = run.execute(attempt, planned);
      seconds = (System.nanoTime() - start) / 1e9;
      used = Machine.processorTime().minus(before);
      attempt.finish();
    }
    if (!(result instanceof ClassifyRun.Result.Published)) {
      throw new UserException(
          "images were quarantined, expected none: " + result.report().quarantined());
    }
    org.apache.hadoop.fs.Path predictions = key.folder(PredictionTable.NAME);
    String checksum = checksum(predictions.toString());
    predictions.getFileSystem(spark.sparkContext().hadoopConfiguration()).delete(predictions, true);
    StringBuilder stages = new StringBuilder();
    result
        .report()
        .metrics()
        .times()
        .ofTaskThreads()
        .forEach(
            (name, d) ->
                stages.append(String.format(Locale.ROOT, ", %s %.1f", name, d.nanos() / 1e9)));
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
  private String checksum(String predictions) {
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
}
