package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.DecodeOptions;
import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ModelFile;
import io.repvit.predict.ModelIdentity;
import io.repvit.testing.ListingServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A driver in a process of its own plans the objects that an S3 server lists and does not have. */
@Tag("slow")
class ListingAtSizeTest {
  @TempDir private Path folder;

  @Test
  void aMillionObjectsArePlannedIn512MiBByListRequestsAlone() throws Exception {
    try (ListingServer s3 = ListingServer.start()) {
      String line = dryRun(s3, "s3a://objects-1000000/");
      assertTrue(line.startsWith("1000000 objects of 100499500000 bytes; "), line);
      assertEquals(1000, s3.lists());
      assertEquals(0, s3.others());
    }
  }

  /** Driver and executor are one JVM here, so the join shares the heap with the plan. */
  @Test
  void scoredObjectsOfAMillionAreLeftOutInTheSameHeap() throws Exception {
    ModelFile model = ModelFile.of("model", Files.readAllBytes(Cli.MODEL));
    ModelIdentity identity;
    try (var session = ClassifierSession.open(model, 1)) {
      identity = ModelIdentity.of(model, session.card(), DecodeOptions.DEFAULT);
    }
    var run = "run_date=%s/run_id=%s".formatted(Tables.DATE, Tables.RUN);
    for (String table : List.of("predictions", "quarantine", "runs")) {
      Files.createDirectories(folder.resolve(table).resolve(run));
    }
    Files.writeString(Tables.manifestFile(folder), "{}");
    try (var duckdb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckdb.createStatement()) {
      // The objects of ListingServer; every third one has another ETag.
      statement.execute(
          """
          copy (select format('s3a://objects-1000000/{:04d}/{:08d}.jpg', i // 1000, i) as path,
              format('"{:032x}"',
                  ((i + i %% 3 // 2)::hugeint * 11400714819323198485
                      %% 18446744073709551616)::ubigint) as etag,
              '%s' as model_sha256, '%s' as preprocessing
              from range(1000000) r(i)) to '%s' (row_group_size 100000)"""
              .formatted(
                  identity.modelSha256(),
                  identity.preprocessing(),
                  folder.resolve("predictions").resolve(run).resolve("part-0.parquet")));
    }
    try (ListingServer s3 = ListingServer.start()) {
      String line = dryRun(s3, "s3a://objects-1000000/");
      assertTrue(line.startsWith("333333 objects of "), line);
      assertTrue(line.contains("; 666667 skipped"), line);
      assertEquals(1000, s3.lists());
    }
  }

  @Test
  void severalBucketsCostNoMoreRequestsThanEachAlone() throws Exception {
    try (ListingServer s3 = ListingServer.start()) {
      String line =
          dryRun(
              s3,
              IntStream.range(0, 20)
                  .mapToObj(i -> "s3a://objects-%d/".formatted(10_000 + i))
                  .toArray(String[]::new));
      assertTrue(line.startsWith("200190 objects "), line);
      assertEquals(20 * 10 + 19, s3.lists());
      assertEquals(0, s3.others());
    }
  }

  private String dryRun(ListingServer s3, String... inputs) throws Exception {
    var args = new ArrayList<>(List.of("--master", "local[2]"));
    s3.hadoopProperties()
        .forEach(
            (name, value) -> args.addAll(List.of("--conf", "spark.hadoop." + name + "=" + value)));
    args.addAll(List.of("spark-internal", "classify", "--dry-run", "--input"));
    args.addAll(List.of(inputs));
    args.addAll(List.of("--model", Cli.MODEL.toString(), "--output", folder.toString()));
    String classPath = ChildSpark.classPath(jar -> true);
    Path home = Files.createDirectory(folder.resolve("home"));
    try (ChildSpark driver =
        ChildSpark.submit(home, "512m", classPath, args.toArray(String[]::new))) {
      assertEquals(ExitCode.DONE, driver.await(600), driver.err());
      return driver.out();
    }
  }
}
