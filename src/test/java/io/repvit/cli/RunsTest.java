package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.Await;
import io.repvit.testing.S3Server;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Drivers in processes of their own that are killed, paused or started twice. */
@Timeout(300)
@Tag("slow")
public class RunsTest {
  private static final int WAVES = 5;
  private static final String LEASE_TIMEOUT = "6s";
  private static final String[] SETTINGS = {
    "--wave-images", "42", "--lease-timeout", LEASE_TIMEOUT, "--max-quarantine-rate", "0.5"
  };

  @TempDir static Path folder;
  private static Path input;
  private static Path undisturbed;
  private static Path home;

  private Path output = Path.of("");

  @SuppressWarnings("NullAway.Init") // by each test that starts one
  private ChildSpark driver;

  @BeforeAll
  static void runUndisturbed() throws Exception {
    input = folder.resolve("input");
    undisturbed = folder.resolve("undisturbed");
    Samples.garments(input, 19);
    Samples.photographs(input);
    Samples.broken(input.resolve("broken"));
    Cli.classify(input, undisturbed, SETTINGS).done();
    assertEquals(WAVES, Tables.manifest(undisturbed).get("waves").asInt());
    home = ChildSpark.sparkHome(folder.resolve("spark"), ChildSpark.classPath());
  }

  @AfterEach
  void stop() {
    if (driver != null) {
      driver.close();
    }
  }

  @Test
  void aKilledDriverLosesItsWaveAndTheNextResumesTheOthers() throws Exception {
    output = folder.resolve("killed");
    driver = start(output.toString(), Map.of(), LEASE_TIMEOUT);
    await(() -> record(1).exists() && !inFlight("wave-2-").isEmpty());
    kill();
    long kept = predicted();
    int done = records().size();
    assertTrue(done >= 2 && done < WAVES, done + " waves were done when the driver was killed");
    assertEquals(List.of(), visible(), "nothing is published");
    // A file of an attempt that died while it published.
    Path junk = table().resolve("part-00000-junk.parquet");
    Files.createDirectories(table());
    Files.writeString(junk, "half a file");

    Instant start = Instant.now();
    // The command finds the unfinished run without its name.
    Cli.Ended second = Cli.classify(input, output, with("--run-id", "auto")).done();
    assertTrue(
        second.err().contains("resuming run of-the-test of 2026-11-23: " + done + " of 5 waves"),
        second.err());
    assertFalse(Files.exists(junk));
    assertUndisturbed();
    try (Tables tables = Tables.open(output)) {
      assertEquals(kept, tables.count("predictions", "predicted_at < '%s'".formatted(start)));
    }
    assertEquals(2, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void anInterruptedDriverSaysSoAndIsResumedAtOnce() throws Exception {
    output = folder.resolve("interrupted");
    Path events = folder.resolve("events.json");
    driver = start(output.toString(), Map.of(), "10m", "--openlineage", events.toString());
    await(() -> record(0).exists() && !inFlight("wave-1-").isEmpty());
    assertStops("INT", 130);
    assertEquals(List.of("START", "ABORT"), eventTypes(events));
    assertTimeout(Duration.ofSeconds(60), () -> classify(Map.of(), output.toString()));
    assertUndisturbed();
    assertEquals(2, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void aTerminatedDriverLeavesNoUploadOnS3AndIsResumedAtOnce() throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      output = s3.createBucket("terminated-tables");
      Map<String, String> spark = Cli.sparkConf(s3);
      driver = start("s3a://terminated-tables/", spark, "10m");
      await(() -> record(0).exists() && !uploads().isEmpty());
      assertStops("TERM", 143);
      assertEquals(List.of(), uploads());
      assertTimeout(Duration.ofSeconds(60), () -> classify(spark, "s3a://terminated-tables/"));
      assertUndisturbed();
      assertEquals(2, Tables.manifest(output).get("attempts").asInt());
    }
  }

  private void assertStops(String signal, int code) throws Exception {
    signal(signal);
    assertEquals(code, driver.await(60), driver.err());
    assertEquals(
        List.of("repvit classify: stopped; the run is not published, start it again to resume"),
        driver.err().lines().filter(line -> line.startsWith("repvit ")).toList(),
        driver.err());
    assertEquals(List.of(), Tables.filesBelow(Tables.staging(output).resolve("lease")));
    assertEquals(List.of(), visible());
  }

  /** Multipart uploads of files of the run that are not completed. */
  private List<String> uploads() throws Exception {
    return Tables.filesBelow(output).stream().filter(file -> file.startsWith(".mpus")).toList();
  }

  @Test
  void aSecondAttemptEndsWithAMessageAndDisturbsNothing() throws Exception {
    output = folder.resolve("overlapping");
    driver = start(output.toString(), Map.of(), LEASE_TIMEOUT);
    await(() -> record(0).exists());
    Cli.Ended late = Cli.classify(Map.of(), input.toString(), output.toString(), SETTINGS);
    assertEquals(ExitCode.FAILED, late.exit(), late.err());
    assertTrue(late.err().contains("another attempt is at this run: local-"), late.err());
    assertEquals(1, late.err().lines().count(), late.err());
    assertEquals(ExitCode.DONE, driver.await(120), driver.err());
    assertUndisturbed();
    assertEquals(1, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void aDriverThatWasPausedForTooLongPublishesNothing() throws Exception {
    output = folder.resolve("paused");
    driver = start(output.toString(), Map.of(), LEASE_TIMEOUT);
    await(() -> record(0).exists());
    signal("STOP");
    classify(Map.of(), output.toString());
    Map<String, Instant> published = times();
    signal("CONT");
    assertEquals(ExitCode.FAILED, driver.await(120), driver.err());
    assertTrue(
        driver.err().contains("another attempt took this run over or ended it"), driver.err());
    assertEquals(published, times());
    assertUndisturbed();
  }

  @Test
  void readersSeeAllOfARunOrNothing() throws Exception {
    output = folder.resolve("watched");
    var seen = new ConcurrentSkipListSet<String>();
    var watcher =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                seen.add(visible().toString());
              }
            });
    watcher.start();
    classify(Map.of(), output.toString());
    watcher.interrupt();
    watcher.join();
    assertEquals(Set.of(List.of().toString(), visible().toString()), new TreeSet<>(seen));
    assertUndisturbed();
  }

  @Test
  void otherWorkDoesNotGoOnFromARunUnlessThatIsDiscarded() throws Exception {
    output = folder.resolve("other");
    driver = start(output.toString(), Map.of(), LEASE_TIMEOUT);
    await(() -> record(0).exists());
    kill();
    String line = Cli.classify(input, output, with("--top-k", "2")).refusal();
    assertTrue(
        line.contains("top-k was 5 and is 2") && line.contains("--unfinished discard"), line);
    assertTrue(record(0).exists());
    Cli.classify(input, output, with("--top-k", "2", "--unfinished", "discard")).done();
    assertEquals(1, Tables.manifest(output).get("attempts").asInt());
    try (Tables tables = Tables.open(output)) {
      assertEquals(0, tables.count("predictions", "len(top_k) <> 2"));
    }
    assertFalse(Files.exists(output.resolve("_staging")));
  }

  @Test
  void onS3AKilledDriverLeavesNothingButTheTablesInTheEnd() throws Exception {
    try (S3Server s3 = S3Server.start(folder)) {
      output = s3.createBucket("killed-tables");
      Map<String, String> spark = new HashMap<>(Cli.sparkConf());
      s3.hadoopProperties().forEach((name, value) -> spark.put("spark.hadoop." + name, value));
      driver = start("s3a://killed-tables/", spark, LEASE_TIMEOUT);
      await(() -> record(1).exists() && !inFlight("wave-2-").isEmpty());
      kill();
      int done = records().size();
      assertTrue(done >= 2 && done < WAVES, done + " waves were done when the driver was killed");
      classify(spark, "s3a://killed-tables/");
      assertUndisturbed();
      assertEquals(2, Tables.manifest(output).get("attempts").asInt());
      for (String file : Tables.filesBelow(output)) {
        assertTrue(
            file.matches(
                "(predictions|quarantine|runs)/run_date=.*/run_id=.*/[^_.][^/]*|.*/_SUCCESS"),
            file);
      }
    }
  }

  private static List<String> eventTypes(Path events) throws IOException {
    var types = new ArrayList<String>();
    for (String event : Files.readAllLines(events)) {
      types.add(new ObjectMapper().readTree(event).get("eventType").asText());
    }
    return types;
  }

  private static ChildSpark start(
      String output, Map<String, String> spark, String leaseTimeout, String... more)
      throws Exception {
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    var args = new ArrayList<>(List.of("--master", "local[1]"));
    spark.forEach((name, value) -> args.addAll(List.of("--conf", name + "=" + value)));
    args.add("spark-internal");
    String[] settings =
        Stream.concat(
                Arrays.stream(SETTINGS)
                    .map(setting -> setting.equals(LEASE_TIMEOUT) ? leaseTimeout : setting),
                Arrays.stream(more))
            .toArray(String[]::new);
    args.addAll(Cli.classifyArgs(input.toString(), output, settings));
    return ChildSpark.submit(
        home, classes + File.pathSeparator + home + "/jars/*", args.toArray(String[]::new));
  }

  private static String[] with(String... more) {
    return Stream.concat(Arrays.stream(SETTINGS), Arrays.stream(more)).toArray(String[]::new);
  }

  private static Cli.Ended classify(Map<String, String> spark, String output) {
    return Cli.classify(spark, input.toString(), output, SETTINGS).done();
  }

  private void assertUndisturbed() throws Exception {
    Tables.assertSameRun(undisturbed, output, input);
  }

  private void await(Await.Condition<Exception> condition) throws Exception {
    Await.until(
        "the run has come to that",
        () -> {
          boolean holds = condition.holds();
          if (!holds && !driver.isAlive()) {
            throw new AssertionError("the driver has ended before:\n" + driver.err());
          }
          return holds;
        });
  }

  private void kill() throws Exception {
    signal("KILL");
    driver.await(30);
  }

  private void signal(String name) throws Exception {
    assertEquals(0, new ProcessBuilder("kill", "-" + name, driver.pid() + "").start().waitFor());
  }

  private File record(int wave) {
    return Tables.staging(output).resolve("wave-" + wave + ".json").toFile();
  }

  private List<Path> records() throws Exception {
    return Samples.children(Tables.staging(output)).stream()
        .filter(f -> f.getFileName().toString().matches("wave-\\d+\\.json"))
        .toList();
  }

  /** Rows in the predictions of the waves that are done. */
  private long predicted() throws Exception {
    long predicted = 0;
    for (Path file : records()) {
      JsonNode record = new ObjectMapper().readTree(file.toFile());
      predicted += record.get("report").get("predicted").asLong();
    }
    return predicted;
  }

  private List<Path> inFlight(String prefix) throws Exception {
    return Samples.children(Tables.staging(output)).stream()
        .filter(f -> f.getFileName().toString().startsWith(prefix))
        .toList();
  }

  private Path table() {
    return output.resolve("predictions/run_date=" + Tables.DATE + "/run_id=" + Tables.RUN);
  }

  private List<String> visible() {
    try {
      return Tables.filesBelow(output.resolve("predictions")).stream()
          .filter(f -> f.endsWith(".parquet"))
          .sorted()
          .toList();
    } catch (Exception e) {
      return List.of(); // moved away while it was listed
    }
  }

  private Map<String, Instant> times() throws Exception {
    var times = new HashMap<String, Instant>();
    for (String file : Tables.filesBelow(output)) {
      times.put(file, Files.getLastModifiedTime(output.resolve(file)).toInstant());
    }
    return times;
  }
}
