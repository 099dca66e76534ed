package io.repvit.bench;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Machine.ProcessorTime;
import io.repvit.cli.Sparks;
import io.repvit.image.MeasureOptions;
import io.repvit.predict.ImageClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Compares the throughput of the transformer and of the SQL function with that of the job, on the
 * same images, model and task slots. All cases compute the same checksum of their rows.
 */
@Command(
    name = "transform",
    description = "Compares the throughput of the transformer and of SQL with that of the job.",
    mixinStandardHelpOptions = true)
final class BenchTransformCommand implements Callable<Integer> {
  private static final String JOB = "a job";
  private static final String BYTES = "b transform, bytes in memory";
  private static final String PATHS = "c transform, paths";
  private static final String SQL = "d SQL, binaryFile";

  /** Partitions per task slot, so that the slots end at about the same time. */
  private static final int PARTITIONS_PER_SLOT = 8;

  @Spec CommandSpec command;

  @Mixin final BenchWork work = new BenchWork(4000);

  @Mixin final BenchRounds rounds = new BenchRounds(3);

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Warm-up rounds (default: ${DEFAULT-VALUE}).")
  int warmUp = 1;

  @Mixin final BenchBatch batch = new BenchBatch();

  @Override
  public Integer call() throws UserException, IOException {
    Path folder = work.makeImages();
    Path model = BenchModel.make(work.folder());
    try (SparkSession spark = Sparks.open("bench transform")) {
      measure(spark, model, folder);
    }
    return ExitCode.DONE;
  }

  private void measure(SparkSession spark, Path model, Path folder)
      throws IOException, UserException {
    var job = new JobBenchmark(spark, model, work.folder(), work.images, batch.size);
    job.requireImages(folder.toUri().toString());
    int slots = spark.sparkContext().defaultParallelism();
    Dataset<Row> files =
        spark
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", true)
            .load(folder.toString());
    Dataset<Row> bytes =
        files
            .select("path", "content")
            .repartition(slots * PARTITIONS_PER_SLOT)
            .persist(StorageLevel.MEMORY_ONLY());
    bytes.count();
    Dataset<Row> paths =
        bytes.select("path").localCheckpoint().repartition(slots * PARTITIONS_PER_SLOT);
    // Each call makes a plan of its own.
    Map<String, Supplier<Dataset<Row>>> cases = new LinkedHashMap<>();
    cases.put(BYTES, () -> classifier(model, "content").transform(bytes));
    cases.put(PATHS, () -> classifier(model, "path").transform(paths));
    cases.put(
        SQL,
        () ->
            files.select(
                col("path"), expr("repvit_classify(content, '" + model + "')").as("prediction")));
    for (int round = 0; round < warmUp; round++) {
      job.job(folder.toUri().toString(), MeasureOptions.NONE);
      for (Supplier<Dataset<Row>> plan : cases.values()) {
        run(plan.get());
      }
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "model %s, %d images %dx%d, %d task slots, batch %d, JVM %s, %s%n%n",
        model.getFileName(),
        work.images,
        BenchImages.WIDTH,
        BenchImages.HEIGHT,
        slots,
        batch.size,
        System.getProperty("java.version"),
        Machine.processor());
    var rates = new Runs();
    for (int round = 1; round <= rounds.number; round++) {
      job.job(folder.toUri().toString(), MeasureOptions.NONE).report(out, rates, round, JOB);
      for (Map.Entry<String, Supplier<Dataset<Row>>> plan : cases.entrySet()) {
        run(plan.getValue().get()).report(out, rates, round, plan.getKey());
      }
    }
    out.println();
    for (String what : rates.names()) {
      double median = rates.median(what);
      out.printf(
          Locale.ROOT,
          "median %-28s %8.2f images/s, %.3f of a%n",
          what,
          median,
          median / rates.median(JOB));
    }
    out.flush();
  }

  private ImageClassifier classifier(Path model, String column) {
    return new ImageClassifier()
        .setModel(model.toString())
        .setInputCol(column)
        .setBatchSize(batch.size);
  }

  private JobBenchmark.Outcome run(Dataset<Row> classified) throws IOException {
    ProcessorTime before = Machine.processorTime();
    long start = System.nanoTime();
    String checksum = JobBenchmark.checksum(classified.select("path", "prediction.*"));
    double seconds = (System.nanoTime() - start) / 1e9;
    return new JobBenchmark.Outcome(
        work.images, seconds, Machine.processorTime().minus(before), ", checksum " + checksum);
  }
}
