package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.s3a.commit.files.SuccessData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs from S3 to S3, on a real server that checks signatures. */
@Tag("slow")
class ClassifyOnS3Test {
  @TempDir static Path folder;
  private static S3Server s3;
  private static Path input;
  private static Path local;
  private static Map<String, String> spark;

  @BeforeAll
  static void startAndClassifyLocally() throws Exception {
    s3 = S3Server.start(folder);
    spark = Cli.sparkConf(s3);
    input = folder.resolve("input");
    Samples.garments(input, 3);
    Samples.photographs(input);
    local = folder.resolve("local");
    Cli.classify(input, local).done();
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void predictionsOnS3EqualThoseOfLocalFilesBitForBit() throws Exception {
    s3.createBucket("e2e-images", input);
    Path tables = s3.createBucket("e2e-tables");
    classify("e2e-images", "e2e-tables").done();
    try (Tables onS3 = Tables.open(tables.resolve("run"))) {
      assertEquals(Tables.answers(local, input), onS3.answers("s3a://e2e-images"));
      for (List<Object> row :
          onS3.rows("select path, trim(etag, '\"'), content_sha256 from predictions")) {
        String key = ((String) row.get(0)).substring("s3a://e2e-images/".length());
        byte[] content = Files.readAllBytes(input.resolve(key));
        assertEquals(List.of(hash("MD5", content), hash("SHA-256", content)), row.subList(1, 3));
      }
      assertEquals(
          List.of(List.of("s3a://e2e-images/photographs/README.md", "decode", "NOT_AN_IMAGE")),
          onS3.rows("select path, stage, code from quarantine"));
    }
    assertEquals(41, Tables.manifest(tables.resolve("run")).get("listed").asInt());
    for (String table : List.of("predictions", "quarantine")) {
      Path run = tables.resolve("run/" + table + "/run_date=2026-11-23/run_id=" + Tables.RUN);
      SuccessData summary =
          SuccessData.serializer().fromJson(Files.readString(run.resolve("_SUCCESS")));
      assertEquals("magic", summary.getCommitter());
      assertEquals(0, summary.getMetrics().get("object_copy_requests"), "nothing is renamed");
    }
    assertEquals(
        List.of(),
        Tables.filesBelow(tables).stream()
            .filter(f -> f.contains("__magic") || f.contains(".pending"))
            .toList(),
        "nothing of the committer's is left");
  }

  @Test
  void anImageCostsOneGetAndNoHeadAndWhatIsNotReadCostsNothing() throws Exception {
    Path few = folder.resolve("few");
    Path many = folder.resolve("many");
    Samples.garments(few, 1);
    Samples.garments(many, 7);
    // One is empty, one too long: two objects of six that are never asked for.
    Samples.broken(many.resolve("broken"));

    Requests ofFew = requests("e2e-few", few);
    Requests ofMany = requests("e2e-many", many);
    assertEquals(10, ofFew.get());
    assertEquals(70 + 4, ofMany.get());
    assertEquals(ofFew.head(), ofMany.head());
    assertEquals(ofFew.list(), ofMany.list());
    assertTrue(ofFew.head() <= 1 && ofFew.list() <= 2, ofFew::toString);
  }

  private static Requests requests(String bucket, Path images) throws Exception {
    s3.createBucket(bucket, images);
    s3.createBucket(bucket + "-tables");
    return Requests.of(s3, bucket, () -> classify(bucket, bucket + "-tables").done());
  }

  @Test
  void tooManyInQuarantineLeavesNoObjectAndNoUpload() throws Exception {
    s3.createBucket("e2e-refused");
    s3.put("e2e-refused", "text.png", new byte[] {1, 2, 3});
    s3.put("e2e-refused", "coat.png", Files.readAllBytes(input.resolve("coat/00006.png")));
    Path tables = s3.createBucket("e2e-refused-tables");
    assertEquals(ExitCode.LIMIT_EXCEEDED, classify("e2e-refused", "e2e-refused-tables").exit());
    assertEquals(List.of(), Tables.filesBelow(tables));
  }

  @Test
  void withoutTheMagicCommitterTheOutputIsRefusedInOneLine() throws Exception {
    s3.createBucket("e2e-plain", input);
    Path tables = s3.createBucket("e2e-plain-tables");
    Map<String, String> plain = s3.sparkProperties();
    // Where spark-hadoop-cloud is on the class path, Spark 4.2 enables it otherwise.
    plain.put("spark.hadoop.fs.s3a.committer.magic.enabled", "false");
    String line = Cli.classify(plain, "s3a://e2e-plain/", "s3a://e2e-plain-tables/run").refusal();
    assertTrue(line.contains("conf/spark.conf") && line.contains("magic"), line);
    assertEquals(List.of(), Tables.filesBelow(tables));
  }

  @Test
  void aBucketThatDoesNotExistIsRefusedInOneLine() {
    String line = Cli.classify(spark, "s3a://e2e-absent/", folder + "/absent").refusal();
    assertTrue(line.contains("s3a://e2e-absent/"), line);
  }

  private static Cli.Ended classify(String bucket, String tables) {
    return Cli.classify(
        spark,
        "s3a://" + bucket + "/",
        "s3a://" + tables + "/run",
        "--max-image-bytes",
        Samples.MAX_IMAGE_BYTES);
  }

  private static String hash(String algorithm, byte[] content) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
  }
}
