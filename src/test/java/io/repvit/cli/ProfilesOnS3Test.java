package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs with the profiles {@code local}, {@code minio} and {@code public} on an S3 server that
 * checks signatures.
 */
@Tag("slow")
class ProfilesOnS3Test {
  @TempDir Path folder;

  @Test
  void aPublicBucketIsReadWithoutCredentialsAndTablesAreWrittenWithThem() throws Exception {
    Path images = folder.resolve("images");
    Samples.garments(images, 1);
    try (S3Server s3 = S3Server.start(folder)) {
      s3.createBucket("public-photos", images);
      s3.createBucket("private-photos", images);
      Path tables = s3.createBucket("profile-tables");
      for (String bucket : List.of("private-photos", "profile-tables")) {
        // S3Proxy calls a bucket public that other users can read.
        Files.setPosixFilePermissions(
            s3.bucket(bucket), PosixFilePermissions.fromString("rwx------"));
      }
      Map<String, String> spark = properties(s3, "public-photos");
      Cli.classify(spark, "s3a://public-photos/", "s3a://profile-tables/run").done();
      assertEquals(10, Tables.manifest(tables.resolve("run")).get("predicted").asInt());

      Map<String, String> refused = properties(s3, "private-photos");
      String line =
          Cli.classify(refused, "s3a://private-photos/", "s3a://profile-tables/none").refusal();
      assertTrue(line.contains("private-photos"), line);
    }
  }

  /** The files as a user fills them in: the address of the store, and the name of the bucket. */
  private static Map<String, String> properties(S3Server s3, String bucket) throws Exception {
    var spark = new HashMap<>(Cli.sparkConf());
    for (String profile : List.of("local", "minio", "public")) {
      Cli.properties(Path.of("conf/profiles/" + profile + ".conf"))
          .forEach((name, value) -> spark.put(name.replace("public-photos", bucket), value));
    }
    spark.put("spark.hadoop.fs.s3a.endpoint", s3.endpoint().toString());
    for (String key : List.of("fs.s3a.access.key", "fs.s3a.secret.key")) {
      spark.put("spark.hadoop." + key, String.valueOf(s3.hadoopProperties().get(key)));
    }
    return spark;
  }
}
