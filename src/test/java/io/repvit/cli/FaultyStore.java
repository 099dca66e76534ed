package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.FaultProxy;
import io.repvit.testing.FaultProxy.Fate;
import io.repvit.testing.S3Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs with the shipped settings on a store behind a network that fails as a test says. */
abstract class FaultyStore {
  static final int IMAGES = 41;

  static final Fate ARCHIVED =
      new Fate.Refused(
          403,
          "InvalidObjectState",
          "The operation is not valid for the object's storage class",
          List.of(),
          "<StorageClass>DEEP_ARCHIVE</StorageClass>");

  @TempDir static Path folder;
  static S3Server s3;
  static FaultProxy network;
  static Path input;
  static Map<String, String> spark;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    network = FaultProxy.before(s3.endpoint());
    spark = Cli.sparkConf(s3);
    spark.put("spark.hadoop.fs.s3a.endpoint", network.endpoint().toString());
    // The default of half a second would make these tests take minutes.
    spark.put("spark.hadoop.fs.s3a.retry.interval", "20ms");
    input = folder.resolve("input");
    Samples.garments(input, 3);
    Samples.photographs(input);
  }

  @AfterAll
  static void stop() throws Exception {
    network.close();
    s3.close();
  }

  /** Fills a bucket with the input and makes one for the tables, which is returned. */
  static Path fill(String bucket) throws Exception {
    s3.createBucket(bucket, input);
    return s3.createBucket(bucket + "-tables");
  }

  static Cli.Ended classify(String bucket) {
    return Cli.classify(spark, "s3a://" + bucket + "/", "s3a://" + bucket + "-tables/run");
  }

  static void assertRequests(String bucket, int most) {
    List<FaultProxy.Request> found =
        network.seen().stream().filter(request -> request.bucket().equals(bucket)).toList();
    assertTrue(
        found.size() <= most, () -> found.size() + " requests, at most " + most + ": " + found);
  }
}
