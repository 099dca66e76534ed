package io.repvit.bench;

import static org.apache.spark.sql.functions.expr;

import io.repvit.UserException;
import io.repvit.analytics.Evaluation;
import io.repvit.analytics.Labels;
import io.repvit.analytics.ResultFolder;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
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
  @Spec CommandSpec command;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for tables and results (default: ${DEFAULT-VALUE}).")
  Path work = Path.of("target/bench");

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description = "Numbers of predictions (default: ${DEFAULT-VALUE}).")
  List<Long> rows = List.of(10_000L, 100_000L, 1_000_000L);

  @Option(
      names = "--classes",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Number of classes (default: ${DEFAULT-VALUE}).")
  int classes = 1000;

  @Option(
      names = "--temperature",
      description = "Whether a temperature is fitted; top_k then has all classes.")
  boolean temperature;

  @Option(names = "--compare", description = "Whether a second table is compared.")
  boolean compare;

  @Override
  public Integer call() throws UserException, IOException {
    PrintWriter out = command.commandLine().getOut();
    try (SparkSession spark = Sparks.open("bench evaluate")) {
      out.printf(
          Locale.ROOT,
          "%d classes, %d task slots, JVM %s, heap at most %d MiB, %s%n%n%12s %10s %14s %14s %14s%n",
          classes,
          spark.sparkContext().defaultParallelism(),
          System.getProperty("java.version"),
          Runtime.getRuntime().maxMemory() >> 20,
          Machine.processor(),
          "rows",
          "seconds",
          "shuffle bytes",
          "driver bytes",
          "peak heap MiB");
      // The first is a warm-up, which is not printed.
      measure(spark, rows.get(0));
      for (long n : rows) {
        SparkTraffic t = measure(spark, n);
        out.printf(
            Locale.ROOT,
            "%12d %10.2f %14d %14d %14d%n",
            n,
            t.seconds(),
            t.shuffleBytes(),
            t.driverBytes(),
            Machine.peakHeapMiB());
        out.flush();
      }
    }
    return ExitCode.DONE;
  }

  private SparkTraffic measure(SparkSession spark, long n) throws UserException, IOException {
    Path folder = work.toAbsolutePath().resolve("evaluate");
    Dataset<Row> first = table(spark, folder.resolve("first"), n, 0);
    Dataset<Row> other = compare ? table(spark, folder.resolve("other"), n, 1) : null;
    var options =
        new Evaluation.Options(
            Evaluation.Options.DEFAULT.bins(), temperature, other, "generated predictions");
    String results = folder.resolve("results").toString();
    return SparkTraffic.of(
        spark,
        () ->
            ResultFolder.create(spark, results, true)
                .write(new Evaluation(first, Labels.ofFolders(), options)));
  }

  /** Writes predictions. The score of the best class falls off geometrically over top_k. */
  private Dataset<Row> table(SparkSession spark, Path folder, long n, int seed) {
    int k = temperature ? classes : Math.min(5, classes);
    spark
        .range(n)
        .selectExpr(
            "cast(pmod(xxhash64(id), " + classes + ") as int) as truth",
            "id",
            "pmod(xxhash64(id, " + seed + ", 'right'), 1000) / 1000 as u",
            "cast(pmod(xxhash64(id, " + seed + ", 'label'), " + classes + ") as int) as wrong",
            "0.4 + 0.6 * pmod(xxhash64(id, " + seed + ", 'score'), 1000) / 1000 as best")
        .withColumn("label_index", expr("if(u < 0.8, truth, wrong)"))
        .selectExpr(
            "concat('file:/generated/class-', truth, '/', id, '.jpg') as path",
            "concat('class-', label_index) as label",
            "label_index",
            "cast(best as float) as score",
            String.format(
                Locale.ROOT,
                "transform(sequence(0, %d), i -> named_struct("
                    + "'label', concat('class-', pmod(label_index + i, %d)),"
                    + "'label_index', pmod(label_index + i, %d),"
                    + "'score', cast(if(i = 0, best, (1 - best) / %d) as float))) as top_k",
                k - 1,
                classes,
                classes,
                Math.max(1, classes - 1)))
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", "zstd")
        .parquet(folder.toString());
    return spark.read().parquet(folder.toString());
  }
}
