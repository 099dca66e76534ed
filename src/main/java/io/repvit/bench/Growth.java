package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.analytics.Analysis;
import io.repvit.analytics.ResultFolder;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Measures what an analysis takes as its tables grow. */
final class Growth {
  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for tables and results (default: ${DEFAULT-VALUE}).")
  Path work = Path.of("target/bench");

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      converter = AtLeastOne.class,
      description =
          "Numbers of rows, ascending, because a peak is that of the process so far (default:"
              + " 10,000, 100,000 and 1,000,000).")
  List<Integer> rows = List.of(10_000, 100_000, 1_000_000);

  /** Writes tables of a size, and prepares an analysis of them. */
  interface Preparation {
    Analysis<?> of(SparkSession spark, int rows) throws UserException, IOException;
  }

  /**
   * Measures the analysis of each number of rows, from the tables to rows, page and summary.
   *
   * @param name of the benchmark; its last results stay in a folder of this name
   * @param setting what is measured, for the first line
   */
  void measure(PrintWriter out, String name, String setting, Preparation preparation)
      throws UserException, IOException {
    try (SparkSession spark = Sparks.open("bench " + name)) {
      out.printf(
          Locale.ROOT,
          "%s: %s%n%s, %d task slots, JVM %s, heap at most %,d MiB%n",
          name,
          setting,
          Machine.processor(),
          spark.sparkContext().defaultParallelism(),
          System.getProperty("java.version"),
          Runtime.getRuntime().maxMemory() >> 20);
      out.println(
          "        rows    seconds  processor s     others s    shuffle bytes     driver bytes"
              + "  peak MiB  peak heap MiB");
      out.flush();
      // The first is a warm-up, which is not printed.
      measure(spark, name, rows.get(0), preparation);
      for (int n : rows) {
        SparkTraffic t = measure(spark, name, n, preparation);
        out.printf(
            Locale.ROOT,
            "%,12d %10.1f %12.1f %12.1f %,16d %,16d %,9d %,14d%n",
            n,
            t.seconds(),
            t.processor().own(),
            t.processor().others(),
            t.shuffleBytes(),
            t.driverBytes(),
            Machine.peakResidentMiB(),
            Machine.peakHeapMiB());
        out.flush();
      }
    }
  }

  private SparkTraffic measure(SparkSession spark, String name, int n, Preparation preparation)
      throws UserException, IOException {
    Analysis<?> analysis = preparation.of(spark, n);
    String results = folder(name).resolve("results").toString();
    return SparkTraffic.of(spark, () -> ResultFolder.create(spark, results, true).write(analysis));
  }

  private Path folder(String name) {
    return work.toAbsolutePath().resolve(name);
  }

  /** Writes a table to the folder of a benchmark, and returns what is read from it. */
  Dataset<Row> written(String name, String table, Dataset<Row> rows) {
    String place = folder(name).resolve(table).toString();
    rows.write().mode(SaveMode.Overwrite).option("compression", "zstd").parquet(place);
    return rows.sparkSession().read().parquet(place);
  }
}
