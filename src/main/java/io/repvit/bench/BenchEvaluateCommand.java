package io.repvit.bench;

import static org.apache.spark.sql.functions.expr;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.Evaluation;
import io.repvit.cli.ExitCode;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures {@code evaluate} on generated predictions: about 80 percent are right, the mistakes are
 * spread over all classes, the labels are in the names of the folders. The images do not exist, so
 * the page has placeholders.
 */
@Command(
    name = "evaluate",
    description = "Measures evaluate on generated predictions.",
    showDefaultValues = true,
    mixinStandardHelpOptions = true)
final class BenchEvaluateCommand implements Callable<Integer> {
  private static final String NAME = "evaluate";

  @Spec CommandSpec command;

  @Mixin final Growth growth = new Growth();

  @Option(
      names = "--classes",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Number of classes.")
  int classes = 1000;

  @Option(
      names = "--temperature",
      description = "Whether a temperature is fitted; top_k then has all classes.")
  boolean temperature;

  @Option(names = "--compare", description = "Whether a second table is compared.")
  boolean compare;

  @Override
  public Integer call() throws UserException, IOException {
    String setting =
        String.format(
            Locale.ROOT,
            "%d classes%s%s",
            classes,
            temperature ? ", a temperature is fitted" : "",
            compare ? ", a second table is compared" : "");
    growth.measure(command.commandLine().getOut(), NAME, setting, this::evaluation);
    return ExitCode.DONE;
  }

  private Evaluation evaluation(SparkSession spark, int n) throws UserException {
    Dataset<Row> first = growth.written(NAME, "first", table(spark, n, 0));
    Dataset<Row> other = compare ? growth.written(NAME, "other", table(spark, n, 1)) : null;
    var options =
        new Evaluation.Options(
            Evaluation.Options.DEFAULT.bins(), temperature, other, "generated predictions");
    return new Evaluation(first, Labels.ofFolders(), options);
  }

  /** Predictions with a score of at least 0.4 for the best class. */
  private Dataset<Row> table(SparkSession spark, int n, int seed) {
    return spark
        .range(n)
        .selectExpr(
            "cast(pmod(xxhash64(id), " + classes + ") as int) as truth",
            "id",
            "pmod(xxhash64(id, " + seed + ", 'right'), 1000) / 1000 as u",
            "cast(pmod(xxhash64(id, " + seed + ", 'label'), " + classes + ") as int) as wrong",
            "0.4 + 0.6 * pmod(xxhash64(id, " + seed + ", 'score'), 1000) / 1000 as best")
        .withColumn("label_index", expr("if(u < 0.8, truth, wrong)"))
        .withColumn(
            "top_k", GeneratedScores.topK(temperature ? classes : Math.min(5, classes), classes))
        .selectExpr(
            "concat('file:/generated/class-', truth, '/', id, '.jpg') as path",
            "concat('class-', label_index) as label",
            "label_index",
            "cast(best as float) as score",
            "top_k");
  }
}
