package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.Probe;
import io.repvit.analytics.ProbeOptions;
import io.repvit.analytics.ProbeSummary;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures a probe on made-up embeddings. */
@Command(
    name = "probe",
    description =
        "Measures the training of a classifier on made-up embeddings: classes are normal distributions"
            + " around random centres.",
    mixinStandardHelpOptions = true)
final class BenchProbeCommand implements Callable<Integer> {
  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  @Spec CommandSpec command;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for the embeddings (default: ${DEFAULT-VALUE}).")
  Path work = Path.of("target/bench");

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Labelled embeddings (default: ${DEFAULT-VALUE}).")
  int rows = 10_000;

  @Option(
      names = "--width",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Values per embedding (default: ${DEFAULT-VALUE}).")
  int width = 384;

  @Option(
      names = "--classes",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  int classes = 10;

  @Option(
      names = "--folds",
      paramLabel = "N",
      description = "Folds of the cross-validation (default: ${DEFAULT-VALUE}).")
  int folds = 2;

  @Option(
      names = "--regularisation",
      paramLabel = "X",
      split = ",",
      description = "Values that are compared (default: ${DEFAULT-VALUE}).")
  List<Double> regularisation = List.of(0.001, 0.01);

  @Override
  public Integer call() throws UserException, IOException {
    try (SparkSession spark = Sparks.open("bench probe")) {
      String place = work.toAbsolutePath().resolve("embeddings-" + rows + "-" + width).toString();
      write(spark, place);
      var options = new ProbeOptions(folds, 0.2, regularisation, false, 0, List.of(), 1);
      long start = System.nanoTime();
      var probe = Probe.of(spark.read().parquet(place), Labels.ofFolders(), options, place);
      Dataset<Row> predicted = probe.rows();
      double trained = seconds(start);
      predicted.write().mode(SaveMode.Overwrite).parquet(place + "-probe");
      ProbeSummary summary = probe.summary(spark.read().parquet(place + "-probe"));
      print(summary, trained, seconds(start));
    }
    return ExitCode.DONE;
  }

  private void print(ProbeSummary summary, double trained, double all) throws IOException {
    PrintWriter out = command.commandLine().getOut();
    out.println(Machine.processor());
    out.printf(
        Locale.ROOT,
        "%d x %d, %d classes, %d trainings: trained after %.1f s, done after %.1f s, accuracy %.4f,"
            + " heap %d MiB%n",
        rows,
        width,
        classes,
        folds * regularisation.size() + 1,
        trained,
        all,
        summary.validation().accuracy(),
        Machine.peakHeapMiB());
    out.flush();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private void write(SparkSession spark, String place) {
    int values = width;
    int labels = classes;
    spark
        .range(rows)
        .map((MapFunction<Long, Row>) id -> row(id, values, labels), Encoders.row(SCHEMA))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(place);
  }

  /** An embedding around the centre of its class, which overlaps with its neighbours. */
  private static Row row(long id, int width, int classes) {
    int label = (int) (id % classes);
    var centre = new SplittableRandom(-1 - label);
    var own = new SplittableRandom(id);
    var embedding = new float[width];
    for (int i = 0; i < width; i++) {
      embedding[i] = (float) (0.1 * centre.nextGaussian() + own.nextGaussian());
    }
    return RowFactory.create("bench/" + label + "/" + id + ".jpg", embedding);
  }
}
