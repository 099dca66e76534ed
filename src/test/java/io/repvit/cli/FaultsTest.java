package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Await;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.FaultProxy.Fate;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs through a network, and against a store, that fail. */
@Tag("slow")
class FaultsTest extends FaultyStore {
  /** Requests for a bucket when nothing fails: one LIST, and one GET per image. */
  private static final int UNDISTURBED = IMAGES + 1;

  private static Path undisturbed;

  @BeforeAll
  static void classifyUndisturbed() {
    undisturbed = folder.resolve("undisturbed");
    Cli.classify(input, undisturbed).done();
  }

  @Test
  void everyRowArrivesFromAStoreThatIsOftenBusy() throws Exception {
    var requests = new AtomicInteger();
    assertUndisturbed(
        "busy",
        request ->
            request.bucket().equals("busy") && requests.incrementAndGet() % 3 == 0
                ? new Fate.Refused(503, "SlowDown", "Please reduce your request rate.")
                : new Fate.Served());
    assertRequests("busy", 2 * UNDISTURBED);
  }

  @Test
  void everyRowArrivesDespiteResetConnections() throws Exception {
    assertUndisturbed("reset", everyThirdRead(new Fate.Reset(100)));
    assertRequests("reset", 2 * UNDISTURBED);
  }

  @Test
  void everyRowArrivesDespiteTruncatedBodies() throws Exception {
    assertUndisturbed("cut", everyThirdRead(new Fate.Truncated(100)));
    assertRequests("cut", 2 * UNDISTURBED);
  }

  @Test
  void anObjectThatIsAlwaysCutShortIsQuarantinedAlone() throws Exception {
    Path tables = fill("always-cut");
    network.rule(
        request ->
            request.key().equals("bag/00018.png") ? new Fate.Truncated(0) : new Fate.Served());
    classify("always-cut").done();
    try (Tables found = Tables.open(tables.resolve("run"))) {
      assertEquals(
          List.of(
              List.of("s3a://always-cut/bag/00018.png", "fetch", "IO_ERROR"),
              List.of("s3a://always-cut/photographs/README.md", "decode", "NOT_AN_IMAGE")),
          found.rows("select path, stage, code from quarantine order by path"));
    }
    assertRequests("always-cut", UNDISTURBED + 20);
  }

  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken, The provided token has expired., renew the credentials",
    "403, InvalidAccessKeyId, The key does not exist., check the credentials",
    "403, SignatureDoesNotMatch, The signature does not match., check the credentials",
    "403, RequestTimeTooSkewed, The difference is too large., set the clock",
  })
  void credentialsThatEndMidwayEndTheRunAndQuarantineNothing(
      int status, String code, String message, String remedy) throws Exception {
    String bucket = "midway-" + code.toLowerCase(Locale.ROOT);
    Path tables = fill(bucket);
    var reads = new AtomicInteger();
    network.rule(
        request ->
            request.isGet() && request.bucket().equals(bucket) && reads.incrementAndGet() > 5
                ? new Fate.Refused(status, code, message)
                : new Fate.Served());
    Cli.Ended ended = classify(bucket);
    assertEquals(ExitCode.FAILED, ended.exit(), ended.err());
    assertOneLine(ended, "s3a://" + bucket + "/", code, message, remedy);
    assertRequests(bucket, UNDISTURBED);
    assertEquals(List.of(), Tables.filesBelow(tables));
  }

  /** The store withholds one image until the progress line has an estimate. */
  @Test
  void howLongTheRestTakesIsSaidWhileARunWaits() throws Exception {
    fill("slow");
    var err = new StringWriter();
    network.rule(
        request -> {
          if (request.isGet() && request.key().equals("bag/00018.png")) {
            Await.within(Duration.ofSeconds(25), () -> err.toString().contains(" left"));
          }
          return new Fate.Served();
        });
    var slow = new HashMap<>(spark);
    slow.put(Progress.TERMINAL, "true");
    slow.put("spark.executor.heartbeatInterval", "200ms");
    String[] args = {
      "classify",
      "--model",
      Cli.MODEL.toString(),
      "--input",
      "s3a://slow/",
      "--output",
      "s3a://slow-tables/run"
    };
    int exit = Cli.with(slow, () -> Main.run(new PrintWriter(err), new PrintWriter(err), args));
    assertEquals(ExitCode.DONE, exit, err.toString());
    assertTrue(
        Pattern.compile(
                "classify: classifying \\d+ of 41 images, \\d+ %, [0-9.]+ images/s, about \\d+ s left")
            .matcher(err.toString())
            .find(),
        err.toString());
  }

  @Test
  void anArchivedObjectIsQuarantinedAloneWithItsStorageClass() throws Exception {
    Path tables = fill("archived");
    network.rule(
        request ->
            request.isGet() && request.key().equals("bag/00018.png")
                ? ARCHIVED
                : new Fate.Served());
    classify("archived").done();
    try (Tables found = Tables.open(tables.resolve("run"))) {
      assertEquals(
          List.of(
              List.of(
                  "s3a://archived/bag/00018.png",
                  "fetch",
                  "ARCHIVED",
                  "the object is archived (storage class DEEP_ARCHIVE); restore it first")),
          found.rows("select path, stage, code, message from quarantine where stage = 'fetch'"));
    }
    assertRequests("archived", UNDISTURBED);
  }

  @Test
  void afterACutBetweenTheTablesTheNextDriverPublishesBoth() throws Exception {
    Path tables = fill("cut-off");
    var cutOff = new AtomicBoolean();
    network.rule(
        request -> {
          if (cutOff.get()) {
            return new Fate.Refused(403, "AccessDenied", "Cut off.");
          }
          // The request that completes the upload of a file is the last one.
          cutOff.set(
              request.method().equals("POST")
                  && request.key().startsWith("run/predictions/")
                  && request.query().contains("uploadId"));
          return new Fate.Served();
        });
    Cli.Ended dead = classify("cut-off");
    assertEquals(ExitCode.BAD_INPUT, dead.exit(), dead.err());
    assertEquals(1, parquet(tables.resolve("run/predictions")));
    assertEquals(0, parquet(tables.resolve("run/quarantine")));
    assertFalse(Files.exists(Tables.manifestFile(tables.resolve("run"))));

    Tables.age(Tables.staging(tables.resolve("run")));
    network.rule(request -> new Fate.Served());
    Cli.Ended second = classify("cut-off").done();
    assertTrue(second.err().contains("1 of 1 waves with 41 images are done"), second.err());
    assertTables("cut-off");
    for (String file : Tables.filesBelow(tables)) {
      assertTrue(
          file.matches("run/(predictions|quarantine|runs)/[^_]*_date=.*/[^_.][^/]*|.*/_SUCCESS"),
          file);
    }
  }

  @Test
  void aPublicationThatFailsLeavesNeitherFilesNorUploads() throws Exception {
    Path tables = fill("unpublished");
    network.rule(
        request ->
            request.method().equals("POST")
                    && request.key().startsWith("run/quarantine/")
                    && request.query().contains("uploadId")
                ? new Fate.Refused(403, "AccessDenied", "Not this one.")
                : new Fate.Served());
    Cli.Ended ended = classify("unpublished");
    assertEquals(ExitCode.BAD_INPUT, ended.exit(), ended.err());
    assertOneLine(ended, "AccessDenied");
    assertEquals(
        List.of(),
        Tables.filesBelow(tables).stream().filter(f -> !f.startsWith("run/_staging/")).toList());
  }

  private static long parquet(Path folder) throws Exception {
    return Tables.filesBelow(folder).stream().filter(f -> f.endsWith(".parquet")).count();
  }

  /** Counts reads of tables and plans too. */
  private static FaultProxy.Rule everyThirdRead(Fate fate) {
    var reads = new AtomicInteger();
    return request ->
        request.isGet() && reads.incrementAndGet() % 3 == 0 ? fate : new Fate.Served();
  }

  private static void assertUndisturbed(String bucket, FaultProxy.Rule rule) throws Exception {
    fill(bucket);
    network.rule(rule);
    classify(bucket).done();
    assertTables(bucket);
  }

  private static void assertTables(String bucket) throws Exception {
    try (Tables found = Tables.open(s3.bucket(bucket + "-tables").resolve("run"))) {
      assertEquals(Tables.answers(undisturbed, input), found.answers("s3a://" + bucket));
      assertEquals(
          List.of(List.of("s3a://" + bucket + "/photographs/README.md", "NOT_AN_IMAGE")),
          found.rows("select path, code from quarantine"));
    }
  }

  private static void assertOneLine(Cli.Ended ended, String... parts) {
    List<String> lines =
        ended.err().lines().filter(line -> line.startsWith("repvit classify: ")).toList();
    assertEquals(1, lines.size(), ended.err());
    for (String part : parts) {
      assertTrue(lines.get(0).contains(part), lines.get(0));
    }
  }
}
