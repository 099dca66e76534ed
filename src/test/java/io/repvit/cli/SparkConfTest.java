package io.repvit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.LocalSpark;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.s3a.commit.files.SuccessData;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves {@code conf/spark.conf}, the file that users pass to spark-submit. */
@Tag("slow")
class SparkConfTest {
  private static final String TABLE = "s3a://tables/predictions";

  @TempDir Path folder;

  @Test
  void parquetIsCommittedByTheMagicCommitter() throws Exception {
    try (S3Server server = S3Server.start(folder);
        SparkSession spark = session(server)) {
      Path bucket = server.createBucket("tables");
      table(spark).write().partitionBy("run_date").mode(SaveMode.ErrorIfExists).parquet(TABLE);

      assertEquals(1_000, spark.read().parquet(TABLE).count());
      assertEquals(
          499_500, spark.read().parquet(TABLE).agg(Map.of("id", "sum")).first().getLong(0));

      Path success = bucket.resolve("predictions/_SUCCESS");
      String json = Files.readString(success, UTF_8);
      assertTrue(json.startsWith("{"), json);
      SuccessData summary = SuccessData.serializer().fromJson(json);
      assertEquals("magic", summary.getCommitter());
      assertEquals(4, summary.getFilenames().size());
      assertEquals(0, summary.getMetrics().get("object_copy_requests"), "nothing is renamed");

      Set<String> stored = new TreeSet<>();
      try (Stream<Path> files = Files.walk(bucket)) {
        files
            .filter(Files::isRegularFile)
            .forEach(file -> stored.add("/" + bucket.relativize(file)));
      }
      Set<String> expected = new TreeSet<>(summary.getFilenames());
      expected.add("/predictions/_SUCCESS");
      assertEquals(expected, stored, "no pending data is left behind");
    }
  }

  @Test
  void theRedactionKeepsSparksDefaultAndAddsToIt() throws IOException {
    String regex = String.valueOf(Cli.sparkConf().get("spark.redaction.regex"));
    String byDefault =
        org.apache
            .spark
            .internal
            .config
            .package$
            .MODULE$
            .SECRET_REDACTION_PATTERN()
            .defaultValueString();
    assertTrue(regex.startsWith(byDefault + "|"), regex + " should start with " + byDefault);
    for (String secret :
        List.of(
            "fs.s3a.secret.key",
            "fs.s3a.access.key",
            "fs.s3a.encryption.key",
            "fs.s3a.aws.credentials.provider",
            "X-Amz-Signature")) {
      assertTrue(Pattern.compile(regex).matcher(secret).find(), secret);
    }
  }

  @Test
  void noCredentialIsInTheFile() throws IOException {
    for (String name : Cli.sparkConf().keySet()) {
      assertFalse(name.matches("(?i).*(secret|access[.]key|session[.]token|password).*"), name);
    }
  }

  private static SparkSession session(S3Server server) throws IOException {
    SparkSession.Builder builder = SparkSession.builder().appName("spark.conf");
    LocalSpark.PROPERTIES.forEach(builder::config);
    Cli.sparkConf(server).forEach(builder::config);
    return builder.getOrCreate();
  }

  private static Dataset<Row> table(SparkSession spark) {
    return spark.range(0, 1_000, 1, 2).selectExpr("id", "concat('2026-01-0', 1 + id % 2) run_date");
  }
}
