package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.analytics.neighbours.NeighbourOptions;
import io.repvit.analytics.neighbours.NeighbourOptions.Method;
import io.repvit.analytics.neighbours.NeighbourSummary;
import io.repvit.analytics.neighbours.Neighbours;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.cli.Sparks;
import io.repvit.inference.OnnxRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures the search for the neighbours of all rows of a synthetic table: exactly, in cells, and
 * with MLlib's locality-sensitive hashing, beside the matrix product of all pairs alone.
 */
@Command(
    name = "neighbours",
    description = "Measures the search for nearest embeddings beside the bare matrix product.",
    sortOptions = false,
    mixinStandardHelpOptions = true)
final class BenchNeighboursCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(
      names = "--rows",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Rows of the table (default: ${DEFAULT-VALUE}).")
  int rows = 100_000;

  @Option(
      names = "--width",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Length of an embedding (default: ${DEFAULT-VALUE}).")
  int width = 384;

  @Option(
      names = "--clusters",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Clusters of the synthetic rows (default: ${DEFAULT-VALUE}).")
  int clusters = 2000;

  @Option(
      names = "--k",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Neighbours per row (default: ${DEFAULT-VALUE}).")
  int k = 10;

  @Option(
      names = "--recall",
      paramLabel = "SHARE",
      description = "Recall of the search in cells (default: ${DEFAULT-VALUE}).")
  double recall = 0.95;

  @Option(names = "--no-exact", description = "Leaves out the bare product and the exact search.")
  boolean noExact;

  @Option(names = "--no-ivf", description = "Leaves out the search in cells.")
  boolean noIvf;

  @Option(
      names = "--lsh",
      description =
          "Adds MLlib's BucketedRandomProjectionLSH, with several numbers of tables; needs the exact"
              + " search.")
  boolean lsh;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Folder for the table and the results (default: ${DEFAULT-VALUE}).")
  Path work = Path.of("target/bench/neighbours");

  @Mixin final BenchRounds rounds = new BenchRounds(1);

  @Override
  public Integer call() throws UserException, IOException {
    PrintWriter out = command.commandLine().getOut();
    try (SparkSession spark = Sparks.open("bench neighbours")) {
      int threads = spark.sparkContext().defaultParallelism();
      out.printf(
          Locale.ROOT,
          "%s, %d task slots, JVM %s, ONNX Runtime %s%n",
          Machine.processor(),
          threads,
          System.getProperty("java.version"),
          OnnxRuntime.version());
      Dataset<Row> table = table(spark);
      for (int round = 1; round <= rounds.number; round++) {
        out.printf(Locale.ROOT, "round %d: %,d x %d, k = %d%n", round, rows, width, k);
        measure(out, table, threads);
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the bare product failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return ExitCode.DONE;
  }

  /** Writes the table once; faiss_neighbours.py reads the same files. */
  private Dataset<Row> table(SparkSession spark) {
    Path folder = work.toAbsolutePath().resolve("rows-" + rows + "-" + width + "-" + clusters);
    if (!Files.exists(folder.resolve("_SUCCESS"))) {
      new ClusteredEmbeddings(rows, width, clusters, 15)
          .table(spark)
          .write()
          .mode(SaveMode.Overwrite)
          .option("compression", "zstd")
          .parquet(folder.toString());
    }
    return spark.read().parquet(folder.toString());
  }

  private void measure(PrintWriter out, Dataset<Row> table, int threads)
      throws UserException, IOException, InterruptedException, ExecutionException {
    if (!noExact) {
      var cpu = Machine.processorTime();
      double bare = BareProduct.seconds(rows, rows, width, threads);
      var used = Machine.processorTime().minus(cpu);
      out.printf(
          Locale.ROOT,
          "  bare product: %.1f s, processor time %.1f s, of others %.1f s; %.0f GFLOPS on %d threads;"
              + " Spark's netlib in Java %.0f GFLOPS on one%n",
          bare,
          used.own(),
          used.others(),
          BareProduct.gflops(rows, rows, width, bare),
          threads,
          BareProduct.tileGflops(width, BareProduct.netlibTileSeconds(width)));
      double exact = search(out, table, Method.EXACT);
      out.printf(Locale.ROOT, "  exact / bare product: %.2f%n", exact / bare);
    }
    if (!noIvf) {
      search(out, table, Method.IVF);
    }
    if (lsh) {
      Dataset<Row> exact = table.sparkSession().read().parquet(folder(Method.EXACT));
      new LshNeighbours(table, exact, k).measure(out);
    }
    out.flush();
  }

  private String folder(Method method) {
    return work.toAbsolutePath().resolve("found-" + method).toString();
  }

  /** Searches and writes the neighbours of all rows, and returns the seconds. */
  private double search(PrintWriter out, Dataset<Row> table, Method method)
      throws UserException, IOException {
    NeighbourOptions d = NeighbourOptions.DEFAULT;
    var options =
        new NeighbourOptions(
            k, method, recall, d.cells(), d.probes(), d.sample(), d.blockMiB(), d.seed());
    String folder = folder(method);
    long start = System.nanoTime();
    var cpu = Machine.processorTime();
    var neighbours = Neighbours.ofAll(table, "bench", options);
    neighbours.rows().write().mode(SaveMode.Overwrite).parquet(folder);
    double seconds = (System.nanoTime() - start) / 1e9;
    var used = Machine.processorTime().minus(cpu);
    NeighbourSummary summary = neighbours.summary(table.sparkSession().read().parquet(folder));
    List<String> lines = new ArrayList<>(neighbours.text(summary).lines().toList());
    lines.add(
        String.format(
            Locale.ROOT,
            "%.1f s, processor time %.1f s, of others %.1f s; peak resident memory %,d MiB, heap %,d MiB",
            seconds,
            used.own(),
            used.others(),
            Machine.peakResidentMiB(),
            Machine.peakHeapMiB()));
    lines.forEach(line -> out.println("  " + method.name().toLowerCase(Locale.ROOT) + ": " + line));
    out.flush();
    return seconds;
  }
}
