package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master, two workers and executors in processes of their own, one of which is killed. */
class ClassifyOnClusterTest {
  private static final String EXECUTOR = "org.apache.spark.executor.CoarseGrainedExecutorBackend";
  private static final int COPIES = 25;
  private static final int PARTITIONS = 32;

  @TempDir Path folder;

  @Test
  void anExecutorKilledMidwayLosesAndDoublesNothing() throws Exception {
    Path input = folder.resolve("input");
    Path output = folder.resolve("output");
    Path undisturbed = folder.resolve("undisturbed");
    Samples.garments(input, 20);
    Samples.photographs(input);
    for (int copy = 1; copy < COPIES; copy++) {
      Path to = Files.createDirectories(input.resolve("photographs-" + copy));
      for (Path photograph : Samples.children(input.resolve("photographs"))) {
        Files.createLink(to.resolve(photograph.getFileName()), photograph);
      }
    }
    int objects = 10 * 20 + COPIES * 11;

    Path home = ChildSpark.sparkHome(folder.resolve("spark"), ChildSpark.classPath());
    String classes = Path.of("target/classes").toAbsolutePath().toString();
    try (var spark =
        ChildSpark.submit(
            home,
            classes + File.pathSeparator + home + "/jars/*",
            "--master",
            "local-cluster[2,1,1024]",
            "--conf",
            "spark.executor.extraClassPath=" + classes,
            "--conf",
            "spark.executor.memory=512m",
            "spark-internal",
            "classify",
            "--model",
            Cli.MODEL.toAbsolutePath().toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString(),
            "--date",
            Tables.DATE,
            "--run-id",
            Tables.RUN,
            "--partitions",
            Integer.toString(PARTITIONS))) {
      int committed = awaitCommittedTasks(spark, output, 2);
      List<ProcessHandle> executors = spark.descendants(EXECUTOR);
      assertEquals(2, executors.size());
      assertTrue(executors.get(0).destroyForcibly());
      assertTrue(committed < PARTITIONS - 4, committed + " of " + PARTITIONS + " were committed");

      Set<ProcessHandle> all = new HashSet<>(executors);
      while (spark.isAlive()) {
        all.addAll(spark.descendants(""));
        Thread.sleep(50);
      }
      assertEquals(ExitCode.DONE, spark.await(120), spark.err());
      assertTrue(spark.err().contains("Lost executor"), spark.err());
      assertTrue(all.size() >= 3, "another executor took the place of the killed one");
      for (ProcessHandle p : all) {
        p.onExit().get(10, TimeUnit.SECONDS);
      }
    }

    Cli.classify(input, undisturbed, "--partitions", "2").done();
    assertEquals(Tables.answers(undisturbed, input), Tables.answers(output, input));
    String quarantine = "select path, length, stage, code, message from quarantine order by path";
    try (Tables killed = Tables.open(output);
        Tables quiet = Tables.open(undisturbed)) {
      assertEquals(quiet.rows(quarantine), killed.rows(quarantine));
      assertEquals(objects - COPIES, killed.count("predictions", "true"));
      assertEquals(COPIES, killed.count("quarantine", "true"));
    }
    for (String count : List.of("listed", "predicted", "quarantined", "labels", "bytes")) {
      assertEquals(Tables.manifest(undisturbed).get(count), Tables.manifest(output).get(count));
    }
    assertEquals(objects, Tables.manifest(output).get("listed").asInt());
    assertEquals(
        List.of(),
        Tables.filesBelow(output).stream().filter(f -> f.contains("_temporary")).toList());
  }

  /** Waits until some tasks have committed their part of the predictions; tells how many. */
  private static int awaitCommittedTasks(ChildSpark spark, Path output, int atLeast)
      throws Exception {
    Path staging = output.resolve("_staging/" + Tables.DATE + "-" + Tables.RUN);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (System.nanoTime() < deadline) {
      if (!spark.isAlive()) {
        throw new AssertionError("ended before an executor was killed:\n" + spark.err());
      }
      int committed = committedTasks(staging);
      if (committed >= atLeast) {
        return committed;
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no task was committed in time:\n" + spark.err());
  }

  private static int committedTasks(Path staging) throws Exception {
    if (!Files.isDirectory(staging)) {
      return 0;
    }
    int committed = 0;
    for (Path wave : Samples.children(staging)) {
      Path tasks = wave.resolve("predictions/_temporary/0");
      if (Files.isDirectory(tasks)) {
        for (Path task : Samples.children(tasks)) {
          committed += task.getFileName().toString().startsWith("task_") ? 1 : 0;
        }
      }
    }
    return committed;
  }
}
