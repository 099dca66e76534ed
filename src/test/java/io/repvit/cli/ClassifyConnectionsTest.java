package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifyConnectionsTest {
  @TempDir Path folder;

  @Test
  void anS3ClientWithTooFewConnectionsIsRefusedBeforeAnythingIsRead() {
    String refusal =
        Cli.classify(
                Map.of("spark.hadoop.fs.s3a.connection.maximum", "60"),
                "s3a://no-such-bucket/",
                folder.toString())
            .refusal();
    assertEquals(
        "repvit classify: fetch-objects is 32, so the 2 task slots of an executor may have 96"
            + " requests in flight (16 per slot for lengths), but S3A has 60 connections; set"
            + " spark.hadoop.fs.s3a.connection.maximum to 96, or fetch-objects to at most 14",
        refusal);
  }
}
