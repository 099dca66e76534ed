package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.Await;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.FaultProxy.Fate;
import io.repvit.testing.S3Server;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs through a network, and against a store, that fail; with the settings that ship. */
@Tag("slow")
class FaultsTest {
  private static final int IMAGES = 41;

  /** What a bucket of so many images is asked when nothing fails: one LIST, and a GET each. */
  private static final int UNDISTURBED = IMAGES + 1;

  private static final Fate ARCHIVED =
      new Fate.Refused(
          403,
          "InvalidObjectState",
          "The operation is not valid for the object's storage class",
          List.of(),
          "<StorageClass>DEEP_ARCHIVE</StorageClass>");

  @TempDir static Path folder;
  private static S3Server s3;
  private static FaultProxy network;
  private static Path input;
  private static Path undisturbed;
  private static Map<String, String> spark;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    network = FaultProxy.before(s3.endpoint());
    spark = Cli.sparkConf(s3);
    spark.put("spark.hadoop.fs.s3a.endpoint", network.endpoint().toString());
    // Half a second, which is right elsewhere, would make minutes of these tests.
    spark.put("spark.hadoop.fs.s3a.retry.interval", "20ms");
    input = folder.resolve("input");
    Samples.garments(input, 3);
    Samples.photographs(input);
    undisturbed = folder.resolve("undisturbed");
    Cli.classify(input, undisturbed).done();
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
    s3.close();
  }

  @Test
  void ofAStoreThatIsBusyAtEveryThirdRequestEveryRowArrives() throws Exception {
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
  void ofConnectionsThatAreResetEveryRowArrives() throws Exception {
    assertUndisturbed("reset", everyThirdRead(new Fate.Reset(100)));
    assertRequests("reset", 2 * UNDISTURBED);
  }

  @Test
  void ofBodiesThatAreCutShortEveryRowArrives() throws Exception {
    assertUndisturbed("cut", everyThirdRead(new Fate.Truncated(100)));
    assertRequests("cut", 2 * UNDISTURBED);
  }

  @Test
  void anObjectThatIsAlwaysCutShortIsQuarantinedAloneAfterAFewReads() throws Exception {
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

  @ParameterizedTest
  @CsvSource({
    "400, ExpiredToken, renew the credentials",
    "403, InvalidAccessKeyId, check the credentials",
    "403, SignatureDoesNotMatch, check the credentials",
    "301, PermanentRedirect, set fs.s3a.endpoint.region",
    "400, AuthorizationHeaderMalformed, set fs.s3a.endpoint.region",
  })
  void aStoreThatRefusesFromTheBeginningIsSaidInOneLineAfterAFewRequests(
      int status, String code, String remedy) throws Exception {
    String bucket = "refused-" + code.toLowerCase(Locale.ROOT);
    fill(bucket);
    network.rule(
        request ->
            request.bucket().equals(bucket)
                ? new Fate.Refused(
                    status, code, "as the store says it", List.of("x-amz-bucket-region: eu-west-1"))
                : new Fate.Served());
    String line = classify(bucket).refusal();
    assertTrue(line.contains("s3a://" + bucket + "/") && line.contains(remedy), line);
    assertRequests(bucket, 10);
  }

  @ParameterizedTest
  @CsvSource({"403", "400", "301"})
  void aModelThatTheStoreRefusesIsSaidInOneLineAfterAFewRequests(int status) throws Exception {
    String bucket = "model-" + status;
    s3.createBucket(bucket);
    s3.put(bucket, "m.onnx", Files.readAllBytes(Cli.MODEL));
    network.rule(
        request ->
            request.bucket().equals(bucket)
                ? new Fate.Refused(status, "NotSaidOfAHead", "")
                : new Fate.Served());
    String line = refusal(spark, "s3a://" + bucket + "/m.onnx", input.toString());
    assertTrue(line.contains("s3a://" + bucket + "/m.onnx"), line);
    assertRequests(bucket, 10);
  }

  /** The store holds one image back until the others are counted and the rest is estimated. */
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
  void anArchivedModelIsRefusedWithItsStorageClass() throws Exception {
    s3.createBucket("archived-model");
    s3.put("archived-model", "m.onnx", Files.readAllBytes(Cli.MODEL));
    network.rule(request -> request.isGet() ? ARCHIVED : new Fate.Served());
    String line = refusal(spark, "s3a://archived-model/m.onnx", input.toString());
    assertTrue(line.contains("s3a://archived-model/m.onnx"), line);
    assertTrue(line.contains("storage class DEEP_ARCHIVE"), line);
    assertRequests("archived-model", 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no.such.Provider", "java.lang.String"})
  void aCredentialsProviderThatIsNoneIsSaidInOneLine(String provider) throws Exception {
    var bad = new HashMap<>(spark);
    String bucket = "provider-" + provider.toLowerCase(Locale.ROOT).replace('.', '-');
    bad.put("spark.hadoop.fs.s3a.bucket." + bucket + ".aws.credentials.provider", provider);
    network.rule(request -> new Fate.Served());
    for (String line :
        List.of(
            refusal(bad, Cli.MODEL.toString(), "s3a://" + bucket + "/images"),
            refusal(bad, "s3a://" + bucket + "/m.onnx", input.toString()))) {
      assertTrue(line.contains("s3a://" + bucket + "/") && line.contains(provider), line);
    }
    assertRequests(bucket, 0);
  }

  @Test
  void anOutputBucketThatIsNotThereIsRefusedBeforeAnythingIsRead() throws Exception {
    fill("no-output");
    network.rule(request -> new Fate.Served());
    String line = Cli.classify(spark, "s3a://no-output/", "s3a://no-output-anywhere/run").refusal();
    assertTrue(line.contains("s3a://no-output-anywhere/run"), line);
    assertTrue(line.contains("check the bucket's name"), line);
    assertRequests("no-output", 0);
    assertRequests("no-output-anywhere", 10);
  }

  @Test
  void aDriverThatIsCutOffWhenOneOfItsTablesStandsIsFollowedByOneThatPublishesBoth()
      throws Exception {
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

  /** Reads of tables and plans too. */
  private static FaultProxy.Rule everyThirdRead(Fate fate) {
    var reads = new AtomicInteger();
    return request ->
        request.isGet() && reads.incrementAndGet() % 3 == 0 ? fate : new Fate.Served();
  }

  /** Fills a bucket with the input and makes one for the tables, which is returned. */
  private static Path fill(String bucket) throws Exception {
    s3.createBucket(bucket, input);
    return s3.createBucket(bucket + "-tables");
  }

  private static Cli.Ended classify(String bucket) {
    return Cli.classify(spark, "s3a://" + bucket + "/", "s3a://" + bucket + "-tables/run");
  }

  private static String refusal(Map<String, String> spark, String model, String input) {
    String none = folder.resolve("none").toString();
    return Cli.run(spark, "classify", "--model", model, "--input", input, "--output", none)
        .refusal();
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

  private static void assertRequests(String bucket, int most) {
    List<FaultProxy.Request> found =
        network.seen().stream().filter(request -> request.bucket().equals(bucket)).toList();
    assertTrue(
        found.size() <= most, () -> found.size() + " requests, at most " + most + ": " + found);
  }
}
