package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.run.NativeMemory;
import io.repvit.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.yarn.api.records.ApplicationId;
import org.apache.hadoop.yarn.api.records.ApplicationReport;
import org.apache.hadoop.yarn.api.records.FinalApplicationStatus;
import org.apache.hadoop.yarn.api.records.LogAggregationStatus;
import org.apache.hadoop.yarn.client.api.YarnClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on YARN with {@code conf/profiles/yarn.conf}, started by {@code jobs/repvit}; model,
 * images and tables on HDFS.
 */
class YarnIT {
  private static final int HEAP_MIB = 768;

  /** Heap and overhead by default of the application master in client mode. */
  private static final long LAUNCHER_MIB = 512 + 384L;

  private static final Pattern SUBMITTED = Pattern.compile("Submitted application (\\S+)");

  @TempDir static Path folder;
  private static YarnCluster cluster;
  private static YarnClient client;
  private static FileSystem hdfs;
  private static Path input;
  private static Path undisturbed;

  /** What docs/operations.md calls "least", for the demonstration model and one slot. */
  private static long least;

  @BeforeAll
  static void start() throws Exception {
    cluster = YarnCluster.start(folder.resolve("cluster"));
    client = cluster.client();
    hdfs = cluster.hdfs();
    input = folder.resolve("input");
    Samples.garments(input, 6);
    Samples.photographs(input);
    copy(input, "/photos");
    copy(Cli.MODEL, "/m.onnx");
    undisturbed = folder.resolve("undisturbed");
    Cli.classify(input, undisturbed).done();
    ModelFile model = ModelFile.of("m.onnx", Files.readAllBytes(Cli.MODEL));
    try (var session = ClassifierSession.open(model, 1)) {
      least =
          NativeMemory.of(model.bytes().length, session.card(), 4, ImageLimits.DEFAULT, 1).least();
    }
  }

  private static void copy(Path from, String to) throws Exception {
    hdfs.copyFromLocalFile(
        new org.apache.hadoop.fs.Path(from.toUri()), new org.apache.hadoop.fs.Path(to));
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    hdfs.close();
    cluster.close();
    assertEquals(List.of(), cluster.running(""), "no process outlives its cluster");
  }

  @Test
  void inClientModeTheTablesOnHdfsAreThoseOfALocalRun() throws Exception {
    var run = submit("client", "client", "of-the-test", least);
    assertEnvironment(run, YarnCluster.EXECUTOR_LAUNCHER);
    assertEnvironment(run, YarnCluster.EXECUTOR);
    ApplicationId id = id(run);
    assertEquals(List.of(LAUNCHER_MIB, HEAP_MIB + least), containers(run, id));
    assertEquals(ExitCode.DONE, run.await(300), run::log);
    assertEquals(Files.readString(assertUndisturbed("client")), Files.readString(run.out()));
    assertEquals(FinalApplicationStatus.SUCCEEDED, end(id).getFinalApplicationStatus());
    awaitLogs(id, "PixelEngines: images are decoded by OpenCV");

    var again = submit("client", "client", "nothing-new", least);
    assertEquals(ExitCode.NOTHING_NEW, again.await(300), again::log);
  }

  @Test
  void inClusterModeTheApplicationSucceedsAtItsFirstAttempt() throws Exception {
    var run = submit("cluster", "cluster", "of-the-test", least);
    assertEnvironment(run, YarnCluster.APPLICATION_MASTER);
    assertEnvironment(run, YarnCluster.EXECUTOR);
    assertEquals(0, run.await(300), run::log);
    assertEquals("", Files.readString(run.out()));
    ApplicationReport end = end(id(run));
    assertEquals(FinalApplicationStatus.SUCCEEDED, end.getFinalApplicationStatus());
    assertEquals(1, end.getCurrentApplicationAttemptId().getAttemptId());
    awaitLogs(
        end.getApplicationId(),
        Files.readString(assertUndisturbed("cluster")).strip(),
        "classifying",
        "PixelEngines: images are decoded by OpenCV");
  }

  @Test
  void inClusterModeTheCodeOfARefusalIsInTheDiagnostics() throws Exception {
    var run = submit("cluster", "refused", "of-the-test", least - 1);
    assertEquals(1, run.await(300), run::log);
    ApplicationReport end = end(id(run));
    assertEquals(FinalApplicationStatus.FAILED, end.getFinalApplicationStatus());
    assertTrue(
        end.getDiagnostics().contains("User application exited with status " + ExitCode.BAD_INPUT),
        end.getDiagnostics());
    assertEquals(1, end.getCurrentApplicationAttemptId().getAttemptId());
    awaitLogs(end.getApplicationId(), "need " + least + " MiB outside the heap");
  }

  private static SparkCluster.Submitted submit(
      String mode, String output, String run, long overheadMiB) throws Exception {
    return cluster.submit(
        Map.of(),
        List.of(
            "--deploy-mode",
            mode,
            "--num-executors",
            "1",
            "--executor-cores",
            "1",
            "--executor-memory",
            HEAP_MIB + "m",
            "--conf",
            "spark.executor.memoryOverhead=" + overheadMiB + "m"),
        List.of(
            "classify",
            "--model",
            "hdfs:///m.onnx",
            "--input",
            "hdfs:///photos",
            "--output",
            "hdfs:///" + output,
            "--date",
            Tables.DATE,
            "--run-id",
            run,
            "--json"));
  }

  /** The variables of {@code conf/spark.conf} reach a process that YARN has started. */
  private static void assertEnvironment(SparkCluster.Submitted run, String main) throws Exception {
    var found = new ArrayList<String>();
    Await.until(
        main + " runs",
        () -> {
          for (ProcessHandle p : cluster.running(main)) {
            String line = SparkCluster.commandLine(p).split("\0", 2)[0];
            if (line.endsWith("/java")) {
              found.add(Files.readString(Path.of("/proc/" + p.pid() + "/environ"), ISO_8859_1));
            }
          }
          assertTrue(!found.isEmpty() || run.process().isAlive(), run::log);
          return !found.isEmpty();
        });
    List<String> environment = List.of(found.get(0).split("\0"));
    for (String expected : List.of("LC_ALL=C.UTF-8", "ORT_DISABLE_TELEMETRY=1")) {
      assertTrue(environment.contains(expected), environment::toString);
    }
  }

  private static ApplicationId id(SparkCluster.Submitted run) throws Exception {
    Matcher id = SUBMITTED.matcher(run.log());
    assertTrue(id.find(), run::log);
    return ApplicationId.fromString(id.group(1));
  }

  /** Sizes in MiB of the application master and the executor, as the resource manager has them. */
  private static List<Long> containers(SparkCluster.Submitted run, ApplicationId id)
      throws Exception {
    var sizes = new ArrayList<Long>();
    Await.until(
        "two containers run",
        () -> {
          assertTrue(run.process().isAlive(), run::log);
          sizes.clear();
          client
              .getContainers(client.getApplicationReport(id).getCurrentApplicationAttemptId())
              .forEach(c -> sizes.add(c.getAllocatedResource().getMemorySize()));
          return sizes.size() == 2;
        });
    Collections.sort(sizes);
    return sizes;
  }

  private static ApplicationReport end(ApplicationId id) throws Exception {
    var end = new ArrayList<ApplicationReport>();
    Await.until(
        "the application has ended",
        () -> {
          ApplicationReport report = client.getApplicationReport(id);
          end.add(report);
          return report.getFinalApplicationStatus() != FinalApplicationStatus.UNDEFINED;
        });
    return end.get(end.size() - 1);
  }

  /** Waits for the aggregated logs of all containers, which must have these texts. */
  private static void awaitLogs(ApplicationId id, String... texts) throws Exception {
    Await.until(
        "the logs are aggregated",
        () ->
            client.getApplicationReport(id).getLogAggregationStatus()
                == LogAggregationStatus.SUCCEEDED);
    String logs = cluster.logs(id);
    for (String text : texts) {
      assertTrue(logs.contains(text), () -> text + " is not in\n" + logs);
    }
  }

  /** Returns the local copy of the manifest. */
  private static Path assertUndisturbed(String output) throws Exception {
    Path tables = folder.resolve("of-" + output);
    hdfs.copyToLocalFile(
        new org.apache.hadoop.fs.Path("/" + output), new org.apache.hadoop.fs.Path(tables.toUri()));
    try (Tables found = Tables.open(tables)) {
      assertEquals(Tables.answers(undisturbed, input), found.answers(hdfs.getUri() + "/photos"));
    }
    for (String count : List.of("listed", "predicted", "quarantined", "labels", "bytes")) {
      assertEquals(Tables.manifest(undisturbed).get(count), Tables.manifest(tables).get(count));
    }
    return Tables.manifestFile(tables);
  }
}
