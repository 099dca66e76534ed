package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.analytics.duplicates.Duplicates;
import io.repvit.analytics.duplicates.Keep;
import io.repvit.analytics.duplicates.Relation;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the search for duplicates in generated tables, a tenth of whose rows have one. */
@Command(
    name = "duplicates",
    description = "Measures the search for duplicates in generated hashes and embeddings.",
    mixinStandardHelpOptions = true)
final class BenchDuplicatesCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Rows of the tables (default: 10,000, 100,000 and 1,000,000).")
  List<Integer> rows = List.of(10_000, 100_000, 1_000_000);

  @Option(
      names = "--by",
      split = ",",
      paramLabel = "RELATION",
      description =
          "Relations: bytes, picture, subject; each is measured alone (default: ${DEFAULT-VALUE}).")
  List<Relation> by = List.of(Relation.PICTURE);

  @Option(
      names = "--width",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Width of an embedding (default: ${DEFAULT-VALUE}).")
  int width = 384;

  @Override
  public Integer call() throws UserException, IOException {
    PrintWriter out = command.commandLine().getOut();
    try (SparkSession spark = Sparks.open("bench duplicates")) {
      out.printf(
          Locale.ROOT,
          "%d task slots, JVM %s, %s%n",
          spark.sparkContext().defaultParallelism(),
          System.getProperty("java.version"),
          Machine.processor());
      // The first search compiles the code.
      measure(spark, Relation.BYTES, 1000);
      for (Relation relation : by) {
        for (int n : rows) {
          out.println(measure(spark, relation, n));
          out.flush();
        }
      }
    }
    return ExitCode.DONE;
  }

  private String measure(SparkSession spark, Relation relation, int n)
      throws UserException, IOException {
    var options = new Duplicates.Options(Set.of(relation), Keep.LARGEST, 3, 0.95);
    long start = System.nanoTime();
    var duplicates = Duplicates.of(table(spark, relation, n), "generated", options);
    long dropped = duplicates.rows().where("decision = 'drop'").count();
    double seconds = (System.nanoTime() - start) / 1e9;
    Duplicates.Work work = duplicates.work();
    return String.format(
        Locale.ROOT,
        "%-8s %,11d rows %8.1f s, %,d dropped, %,d pairs of hashes, %,d links, %d rounds, peak"
            + " memory of the process %,d MiB (heap at most %,d MiB)",
        relation.name().toLowerCase(Locale.ROOT),
        n,
        seconds,
        dropped,
        work == null ? 0 : work.pairs(),
        work == null ? 0 : work.links(),
        work == null ? 0 : work.rounds(),
        Machine.peakResidentMiB(),
        Machine.peakHeapMiB());
  }

  /** Every tenth row is like the row before it. */
  private Dataset<Row> table(SparkSession spark, Relation relation, int n) {
    Dataset<Row> ids =
        spark
            .range(n)
            .selectExpr("id", "id - if(id % 10 = 1, 1, 0) as like", "cast(id as string) as path")
            .selectExpr("*", "1 as width", "1 as height");
    return switch (relation) {
      case BYTES -> ids.selectExpr("*", "sha2(cast(like as string), 256) as content_sha256");
      case PICTURE -> ids.selectExpr("*", "xxhash64(like) ^ if(like = id, 0L, 513L) as phash");
      case SUBJECT ->
          ids.selectExpr(
              "*",
              "transform(sequence(1, "
                  + width
                  + "), i -> float(xxhash64(like, i) / 9.3e18 + if(like = id, 0, 0.01 * (i % 2))))"
                  + " as embedding");
    };
  }
}
