package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.probe.Probe;
import io.repvit.analytics.probe.ProbeOptions;
import io.repvit.cli.ExitCode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final String NAME = "probe";

  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false);

  @Spec CommandSpec command;

  @Mixin final Growth growth = new Growth();

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
    var options = new ProbeOptions(folds, 0.2, regularisation, false, 0, List.of(), 1);
    String setting =
        String.format(
            Locale.ROOT,
            "embeddings of %d values, %d classes, %d trainings",
            width,
            classes,
            folds * regularisation.size() + 1);
    growth.measure(
        command.commandLine().getOut(),
        NAME,
        setting,
        (spark, n) -> Probe.of(table(spark, n), Labels.ofFolders(), options, NAME));
    return ExitCode.DONE;
  }

  private Dataset<Row> table(SparkSession spark, int n) {
    int values = width;
    int labels = classes;
    return growth.written(
        NAME,
        "table",
        spark
            .range(n)
            .map((MapFunction<Long, Row>) id -> row(id, values, labels), Encoders.row(SCHEMA)));
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
