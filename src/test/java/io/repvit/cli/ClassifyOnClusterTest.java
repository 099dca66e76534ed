package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.predict.LeftOpen;
import io.repvit.testing.Await;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master, two workers and executors in processes of their own. */
@Tag("slow")
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

    try (ChildSpark spark =
        classify(input, output, LeftOpen.properties(folder), "--partitions", PARTITIONS + "")) {
      int committed = awaitCommittedTasks(spark, output, 2);
      List<ProcessHandle> executors = spark.descendants(EXECUTOR);
      assertEquals(2, executors.size());
      assertTrue(executors.get(0).destroyForcibly());
      assertTrue(committed < PARTITIONS - 4, committed + " of " + PARTITIONS + " were committed");

      Set<ProcessHandle> all = awaitEnd(spark, executors);
      assertEquals(ExitCode.DONE, spark.await(120), spark.err());
      assertTrue(spark.err().contains("Lost executor"), spark.err());
      assertTrue(all.size() >= 3, "another executor took the place of the killed one");
      awaitEnd(all);
    }
    assertNothingWasLeftOpen("succeeded");

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

  @Test
  void aRunThatFailsLeavesNothingOpenInAnyExecutor() throws Exception {
    Path input = folder.resolve("input");
    Samples.garments(input, 3);
    Path images = input.resolve("coat");
    Files.copy(Samples.children(images).get(0), images.resolve(BreakableFileSystem.BREAKING));
    var spark = new HashMap<>(LeftOpen.properties(folder));
    spark.putAll(BreakableFileSystem.PROPERTIES);
    try (ChildSpark failing =
        classify(input, folder.resolve("output"), spark, "--partitions", "1")) {
      Set<ProcessHandle> all = awaitEnd(failing, Set.of());
      assertEquals(ExitCode.FAILED, failing.await(120), failing.err());
      assertTrue(failing.err().contains("the store's driver broke down"), failing.err());
      awaitEnd(all);
    }
    assertNothingWasLeftOpen("failed");
  }

  private void assertNothingWasLeftOpen(String how) throws Exception {
    Set<String> lines = LeftOpen.lines(folder);
    assertTrue(lines.contains(how + ": " + LeftOpen.ONE_SESSION), lines.toString());
    for (String line : lines) {
      String open = line.substring(line.indexOf(": ") + 2);
      assertTrue(Set.of(LeftOpen.ONE_SESSION, LeftOpen.NO_SESSION).contains(open), line);
    }
  }

  /** Starts the job on two executors of one core. */
  private ChildSpark classify(
      Path input, Path output, Map<String, String> properties, String... more) throws Exception {
    Path home = ChildSpark.sparkHome(folder.resolve("spark"), ChildSpark.classPath());
    String classes =
        Path.of("target/classes").toAbsolutePath()
            + File.pathSeparator
            + Path.of("target/test-classes").toAbsolutePath();
    var args = new ArrayList<>(List.of("--master", "local-cluster[2,1,1024]"));
    var spark = new TreeMap<>(properties);
    spark.put("spark.executor.extraClassPath", classes);
    spark.put("spark.executor.memory", "512m");
    spark.forEach((name, value) -> args.addAll(List.of("--conf", name + "=" + value)));
    args.addAll(List.of("spark-internal", "classify"));
    args.addAll(List.of("--model", Cli.MODEL.toAbsolutePath().toString()));
    args.addAll(List.of("--input", input.toString(), "--output", output.toString()));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", Tables.RUN));
    args.addAll(List.of(more));
    return ChildSpark.submit(
        home, classes + File.pathSeparator + home + "/jars/*", args.toArray(String[]::new));
  }

  /** Waits until the driver has ended; returns all its processes and the known ones. */
  private static Set<ProcessHandle> awaitEnd(ChildSpark spark, Collection<ProcessHandle> known)
      throws InterruptedException {
    Set<ProcessHandle> all = new HashSet<>(known);
    Await.until(
        "the driver has ended",
        () -> {
          all.addAll(spark.descendants(""));
          return !spark.isAlive();
        });
    return all;
  }

  private static void awaitEnd(Set<ProcessHandle> processes) throws Exception {
    for (ProcessHandle p : processes) {
      p.onExit().get(120, TimeUnit.SECONDS);
    }
  }

  /** Waits until some tasks have committed their predictions; returns their number. */
  private static int awaitCommittedTasks(ChildSpark spark, Path output, int atLeast)
      throws Exception {
    Path staging = output.resolve("_staging/" + Tables.DATE + "-" + Tables.RUN);
    var committed = new AtomicInteger();
    Await.until(
        atLeast + " tasks are committed",
        () -> {
          if (!spark.isAlive()) {
            throw new AssertionError("ended before an executor was killed:\n" + spark.err());
          }
          committed.set(committedTasks(staging));
          return committed.get() >= atLeast;
        });
    return committed.get();
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
