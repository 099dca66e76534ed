package io.repvit.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageLimits;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.run.NativeMemory;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.Gate;
import io.repvit.testing.S3Server;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The job jar on a standalone master with two workers, started by {@code jobs/repvit}; model,
 * images and tables on an S3 server that checks signatures, credentials in the environment of the
 * one who submits.
 */
class ClusterIT {
  private static final int IMAGES = 10 * 18 + 11;

  /** Images of a wave, more or less: what a killed driver may lose. */
  private static final int WAVE = 50;

  /** Reads that pass before the others wait for a process to be killed: the first wave is over. */
  private static final int BEFORE_THE_KILL = 2 * WAVE;

  /** S3Proxy knows of no sessions; the token is signed and sent all the same. */
  private static final String SESSION_TOKEN = "FwoGZXIvYXdzEtestsessiontoken1234567890";

  @TempDir static Path folder;
  private static S3Server s3;
  private static FaultProxy network;
  private static StandaloneCluster cluster;
  private static Path input;
  private static Path undisturbed;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    network = FaultProxy.before(s3.endpoint());
    input = folder.resolve("input");
    Samples.garments(input, 18);
    Samples.photographs(input);
    s3.createBucket("photos", input);
    s3.createBucket("models");
    s3.put("models", "m.onnx", Files.readAllBytes(Cli.MODEL));
    undisturbed = folder.resolve("undisturbed");
    Cli.classify(input, undisturbed).done();
    cluster = StandaloneCluster.start(folder.resolve("cluster"));
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
    network.close();
    s3.close();
    assertEquals(List.of(), cluster.running(""), "no process outlives its cluster");
    var leaks = new Leaks(secrets());
    assertTrue(leaks.inFiles(folder.resolve("cluster")) > 10, "logs of every process");
    assertEquals(List.of(), leaks.found());
  }

  @Test
  void inClientModeTheTablesAreThoseOfALocalRunWithoutSecrets() throws Exception {
    Path tables = s3.createBucket("client-tables");
    Path events = Files.createDirectories(folder.resolve("events"));
    var gate = new Gate("photos", BEFORE_THE_KILL);
    network.rule(gate);
    var run =
        submit(
            "client",
            "client-tables",
            "'spark.executor.extraJavaOptions=-Xms768m -XX:+AlwaysPreTouch'",
            "spark.ui.enabled=true",
            "spark.ui.port=0",
            "spark.eventLog.enabled=true",
            "spark.eventLog.dir=" + events.toUri());
    gate.awaitReached(run.process(), run.err());
    var leaks = new Leaks(secrets());
    leaks.inCommandLines();
    assertSecretsAreUsed(run.process().pid());
    String ui = "http://127.0.0.1:" + find(run.err(), "service 'SparkUI' on port (\\d+)");
    String id = find(run.err(), "(app-\\d+-\\d+)");
    for (String page : List.of("", "stages/", "executors/", "SQL/", "environment/")) {
      leaks.inPage(ui + "/" + page);
    }
    // The page of the environment asks for this in Spark 4.2.
    String environment = leaks.inPage(ui + "/api/v1/applications/" + id + "/environment");
    assertTrue(
        environment.contains("fs.s3a.secret.key") && environment.contains("redacted"), environment);
    for (String page : List.of("/", "/json/", "/app/?appId=" + id)) {
      leaks.inPage(cluster.ui() + page);
    }
    for (ProcessHandle executor : cluster.awaitRunning(StandaloneCluster.EXECUTOR, 2)) {
      assertMemoryIsAsTheFormulaSays(executor.pid());
    }
    gate.open();
    assertEquals(ExitCode.DONE, run.await(300), run::log);
    assertEquals(
        Files.readString(Tables.manifestFile(tables.resolve("run"))), Files.readString(run.out()));
    assertUndisturbed(tables);
    assertNothingIsLeft("client-tables");
    assertTrue(leaks.inFiles(events) > 0, "the event log");
    assertTrue(leaks.inFiles(tables) > 2, "tables and manifest");
    assertEquals(List.of(), leaks.found());
  }

  @Test
  void inClusterModeAnExecutorKilledMidwayLosesAndDoublesNothing() throws Exception {
    Path tables = s3.createBucket("executor-tables");
    var gate = new Gate("photos", BEFORE_THE_KILL);
    network.rule(gate);
    var run = submit("cluster", "executor-tables");
    gate.awaitReached(run.process(), run.err());
    List<ProcessHandle> executors = cluster.awaitRunning(StandaloneCluster.EXECUTOR, 2);
    var leaks = new Leaks(secrets());
    leaks.inCommandLines();
    assertEquals(List.of(), leaks.found());
    assertTrue(executors.get(0).destroyForcibly());
    executors.get(0).onExit().get(10, TimeUnit.SECONDS);
    gate.open();
    assertEquals(0, run.await(300), run::log);
    assertTrue(cluster.drivers("stderr").contains("Lost executor"), "the driver saw it");
    assertUndisturbed(tables);
    sweepWhatTheKilledLeft("tmp/repvit-uploads-\\d+/s3a/s3ablock-.*");
    assertNothingIsLeft("executor-tables");
  }

  @Test
  void aRunWhoseDriverWasKilledEndsCompleteWhenStartedAgain() throws Exception {
    Path tables = s3.createBucket("driver-tables");
    var gate = new Gate("photos", BEFORE_THE_KILL);
    network.rule(gate);
    var killed = submit("cluster", "driver-tables");
    gate.awaitReached(killed.process(), killed.err());
    ProcessHandle driver = cluster.awaitRunning(StandaloneCluster.DRIVER, 1).get(0);
    assertTrue(driver.destroyForcibly());
    driver.onExit().get(10, TimeUnit.SECONDS);
    gate.open();
    assertEquals(0, killed.await(300), "spark-submit tells nothing of the driver's end");
    assertFalse(
        Files.exists(Tables.manifestFile(tables.resolve("run"))), "the manifest is what tells");
    cluster.awaitRunning(StandaloneCluster.EXECUTOR, 0);
    sweepWhatTheKilledLeft("tmp/(onnxruntime-java|spark-|lib|repvit-).*|local/(spark|blockmgr)-.*");

    network.rule(request -> new FaultProxy.Fate.Served());
    var again = submit("client", "driver-tables");
    assertEquals(ExitCode.DONE, again.await(300), again::log);
    assertTrue(again.log().contains("resuming run " + Tables.RUN), again.log());
    long reads =
        network.seen().stream().filter(r -> r.isGet() && r.bucket().equals("photos")).count();
    assertTrue(reads <= IMAGES - WAVE / 2, reads + " images were read again");
    assertUndisturbed(tables);
    assertNothingIsLeft("driver-tables");
  }

  /** What the credentials of the one who submits are made of. */
  private static String[] secrets() {
    Map<String, String> s3a = s3.hadoopProperties();
    return new String[] {
      String.valueOf(s3a.get("fs.s3a.access.key")),
      String.valueOf(s3a.get("fs.s3a.secret.key")),
      SESSION_TOKEN
    };
  }

  /** Otherwise nothing would be proven by their absence. */
  private static void assertSecretsAreUsed(long driver) throws Exception {
    String environment = Files.readString(Path.of("/proc/" + driver + "/environ"), ISO_8859_1);
    for (String secret : secrets()) {
      assertTrue(environment.contains(secret));
    }
  }

  /** What an executor took at most beside its heap, all of which is resident. */
  private static void assertMemoryIsAsTheFormulaSays(long executor) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(executor),
                "GC.heap_info")
            .start();
    String heap = new String(jcmd.getInputStream().readAllBytes(), ISO_8859_1);
    Matcher total = Pattern.compile("heap\\s+total (\\d+)K").matcher(heap);
    assertTrue(total.find(), heap);
    Matcher resident =
        Pattern.compile("VmHWM:\\s+(\\d+) kB")
            .matcher(Files.readString(Path.of("/proc/" + executor + "/status")));
    assertTrue(resident.find());
    long found = (Long.parseLong(resident.group(1)) - Long.parseLong(total.group(1))) >> 10;
    ModelFile model = ModelFile.of("m.onnx", Files.readAllBytes(Cli.MODEL));
    try (var session = ClassifierSession.open(model, 1)) {
      long said =
          NativeMemory.of(model.bytes().length, session.card(), 4, ImageLimits.DEFAULT, 1).least();
      System.out.println(
          "an executor took " + found + " MiB beside its heap, the formula says " + said);
      assertTrue(found <= said, found + " MiB found, the formula says " + said);
      assertTrue(said <= 2 * found, found + " MiB found, the formula says " + said);
    }
  }

  private static String find(Path file, String pattern) throws Exception {
    Matcher found = Pattern.compile(pattern).matcher(Files.readString(file));
    assertTrue(found.find(), pattern);
    return found.group(1);
  }

  private static StandaloneCluster.Submitted submit(
      String mode, String bucket, String... properties) throws Exception {
    var options = new ArrayList<String>();
    options.addAll(List.of("--deploy-mode", mode, "--driver-memory", "1g"));
    options.addAll(List.of("--executor-memory", "768m", "--executor-cores", "1"));
    options.addAll(List.of("--total-executor-cores", "2"));
    for (String property :
        List.of(
            "spark.ui.enabled=false", // unless a test looks at it
            "spark.hadoop.fs.s3a.endpoint=" + network.endpoint(),
            "spark.hadoop.fs.s3a.endpoint.region=us-east-1",
            "spark.hadoop.fs.s3a.path.style.access=true")) {
      options.addAll(List.of("--conf", property));
    }
    for (String property : properties) {
      options.addAll(List.of("--conf", property));
    }
    String[] secrets = secrets();
    return cluster.submit(
        Map.of(
            "AWS_ACCESS_KEY_ID", secrets[0],
            "AWS_SECRET_ACCESS_KEY", secrets[1],
            "AWS_SESSION_TOKEN", secrets[2]),
        options,
        List.of(
            "classify",
            "--model",
            "s3a://models/m.onnx",
            "--input",
            "s3a://photos/",
            "--output",
            "s3a://" + bucket + "/run",
            "--date",
            Tables.DATE,
            "--run-id",
            Tables.RUN,
            "--partitions",
            "16",
            "--wave-images",
            Integer.toString(WAVE),
            "--lease-timeout",
            "10s",
            "--json"));
  }

  private static void assertUndisturbed(Path tables) throws Exception {
    Path run = tables.resolve("run");
    try (Tables found = Tables.open(run)) {
      assertEquals(Tables.answers(undisturbed, input), found.answers("s3a://photos"));
      assertEquals(
          List.of(List.of("s3a://photos/photographs/README.md", "decode", "NOT_AN_IMAGE")),
          found.rows("select path, stage, code from quarantine"));
    }
    for (String count : List.of("listed", "predicted", "quarantined", "labels", "bytes")) {
      assertEquals(Tables.manifest(undisturbed).get(count), Tables.manifest(run).get(count));
    }
    assertEquals(IMAGES, Tables.manifest(run).get("listed").asInt());
  }

  /** Nobody but the killed process could delete these; docs/operations.md tells of them. */
  private static void sweepWhatTheKilledLeft(String known) throws Exception {
    for (Path folder : List.of(cluster.temporary(), cluster.local())) {
      for (String file : Tables.filesBelow(folder)) {
        String name = folder.getFileName() + "/" + file;
        assertTrue(name.matches(known), name);
        Files.delete(folder.resolve(file));
      }
    }
  }

  private static void assertNothingIsLeft(String bucket) throws Exception {
    cluster.awaitRunning(StandaloneCluster.EXECUTOR, 0);
    cluster.awaitRunning(StandaloneCluster.DRIVER, 0);
    assertEquals(
        List.of(),
        Tables.filesBelow(s3.bucket(bucket)).stream()
            .filter(
                f ->
                    !f.matches(
                        "run/(predictions|quarantine|runs)/run_date=[^/]+/run_id=[^/]+/[^/]+"))
            .toList(),
        "nothing is staged");
    assertEquals(List.of(), uploads(bucket));
    assertEquals(List.of(), Tables.filesBelow(cluster.temporary()));
    assertEquals(List.of(), Tables.filesBelow(cluster.local()));
  }

  /** Multipart uploads that nobody has completed. */
  private static List<String> uploads(String bucket) throws Exception {
    var configuration = new Configuration();
    s3.hadoopProperties().forEach(configuration::set);
    try (var fs =
        (S3AFileSystem)
            FileSystem.newInstance(URI.create("s3a://" + bucket + "/"), configuration)) {
      var found = new ArrayList<String>();
      var uploads = fs.listUploads("");
      while (uploads.hasNext()) {
        found.add(uploads.next().key());
      }
      return found;
    }
  }
}
