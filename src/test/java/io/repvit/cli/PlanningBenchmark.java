package io.repvit.cli;

import io.repvit.image.DecodeOptions;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.predict.ModelIdentity;
import io.repvit.run.ManyRuns;
import io.repvit.table.Destination;
import io.repvit.table.RunKey;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What it takes to plan 1,000 new images against few and against many earlier runs of 1,000 images:
 * processor and wall time of {@code classify --dry-run} in this JVM, all rounds in turn. Started by
 * {@code jobs/bench-planning}.
 */
final class PlanningBenchmark {
  private static final int IMAGES = 1000;
  private static final List<Integer> RUNS = List.of(10, 1500);
  private static final int ROUNDS = 6;

  private PlanningBenchmark() {}

  public static void main(String[] args) throws Exception {
    Path work = Path.of(args[0]);
    ModelFile model = ModelFile.of("model", Files.readAllBytes(Cli.MODEL));
    ModelIdentity identity;
    try (var session = ClassifierSession.open(model, 1)) {
      identity = ModelIdentity.of(model, session.card(), DecodeOptions.DEFAULT);
    }
    try (SparkSession spark = Cli.with(Map.of(), () -> Sparks.open("bench"))) {
      for (int runs : RUNS) {
        if (Files.exists(list(work, runs).resolve("_SUCCESS"))) {
          continue;
        }
        ManyRuns.write(
            spark,
            output(work, runs),
            runs,
            IMAGES,
            identity.modelSha256(),
            identity.preprocessing());
        spark
            .range((long) runs * IMAGES, (runs + 1L) * IMAGES)
            .selectExpr(
                ManyRuns.path() + " as path", "100000L as length", ManyRuns.etag() + " as etag")
            .coalesce(1)
            .write()
            .parquet(list(work, runs).toString());
      }
    }
    for (int runs : RUNS) {
      long wall = System.nanoTime();
      long processor = processorNanos();
      var key = new RunKey(output(work, runs).toString(), LocalDate.EPOCH, "next");
      try (SparkSession spark = Cli.with(Map.of(), () -> Sparks.open("bench"))) {
        new Destination.Folders().scored(key, spark, Destination.Index.UPDATED);
      }
      print("index is made", runs, processor, wall);
    }
    for (int round = 1; round <= ROUNDS; round++) {
      for (int runs : RUNS) {
        long wall = System.nanoTime();
        long processor = processorNanos();
        Cli.Ended ended =
            Cli.run(
                "classify",
                "--dry-run",
                "--model",
                Cli.MODEL.toString(),
                "--input-format",
                "paths",
                "--input",
                list(work, runs).toString(),
                "--output",
                output(work, runs).toString());
        ended.done();
        if (!ended.out().startsWith(IMAGES + " objects ")) {
          throw new IllegalStateException(ended.out());
        }
        print("round " + round, runs, processor, wall);
      }
    }
  }

  private static void print(String what, int runs, long processor, long wall) {
    System.out.printf(
        Locale.ROOT,
        "%-18s %5d runs: %6.1f s of processor time, %5.1f s%n",
        what,
        runs,
        (processorNanos() - processor) / 1e9,
        (System.nanoTime() - wall) / 1e9);
  }

  private static Path output(Path work, int runs) {
    return work.resolve("output-" + runs);
  }

  private static Path list(Path work, int runs) {
    return work.resolve("list-" + runs);
  }

  private static long processorNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
