package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.table.PublishedRows;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of real runs on S3, where nothing is renamed. */
@Tag("slow")
class CompactOnS3Test {
  private static final String OUTPUT = "s3a://compact-tables/run";
  private static final FaultProxy.Rule SERVED = request -> new FaultProxy.Fate.Served();

  @TempDir Path folder;

  private static String[] compact() {
    return new String[] {
      "compact", "--output", OUTPUT, "--least-files", "4", "--lease-timeout", "2s", "--rewrite"
    };
  }

  @Test
  void aCompactionThatIsCutOffAndItsSuccessorKeepTheRows() throws Exception {
    try (S3Server s3 = S3Server.start(folder);
        FaultProxy proxy = FaultProxy.before(s3.endpoint())) {
      Map<String, String> spark = Cli.sparkConf(s3);
      spark.put("spark.hadoop.fs.s3a.endpoint", proxy.endpoint().toString());
      Path tables = s3.createBucket("compact-tables").resolve("run");
      Path images = Files.createDirectory(folder.resolve("images"));
      Samples.garments(images, 1);
      Cli.classify(spark, images.toString(), OUTPUT, "--run-id", "a").done();
      Files.writeString(images.resolve("broken.png"), "no image");
      String[] second = {"--run-id", "b", "--max-quarantine-rate", "1"};
      Cli.classify(spark, images.toString(), OUTPUT, second).done();
      List<String> rows = rows(spark);
      assertEquals(10, rows.size());

      // From the manifest on, the store gets nothing more.
      var cutOff = new AtomicBoolean();
      proxy.rule(
          request -> {
            if (request.method().equals("PUT")
                && request.key().matches(".*/runs/.*run_id(=|%3D)compacted-.*/manifest.json")) {
              cutOff.set(true);
            }
            return cutOff.get()
                ? new FaultProxy.Fate.Refused(403, "AccessDenied", "Access Denied")
                : new FaultProxy.Fate.Served();
          });
      Cli.Ended dead = Cli.run(spark, compact());
      assertTrue(cutOff.get() && dead.exit() != ExitCode.DONE, dead.err());
      proxy.rule(SERVED);
      assertEquals(3, parts(tables, "predictions"), "the new file is visible, and has no manifest");
      assertEquals(rows, rows(spark));

      Cli.run(spark, compact()).done();
      assertEquals(rows, rows(spark));
      assertEquals(1, parts(tables, "predictions"));
      assertEquals(1, parts(tables, "quarantine"));
      // What was scored and what failed before is known.
      Cli.Ended next = Cli.classify(spark, images.toString(), OUTPUT, "--run-id", "c");
      assertEquals(ExitCode.NOTHING_NEW, next.exit(), next.err());
    }
  }

  private static List<String> rows(Map<String, String> properties) throws Exception {
    try (SparkSession spark = Cli.with(properties, () -> Sparks.open("rows"))) {
      return PublishedRows.latest(spark, OUTPUT).toJSON().collectAsList().stream()
          .sorted()
          .toList();
    }
  }

  private static long parts(Path tables, String table) throws Exception {
    return Tables.filesBelow(tables.resolve(table)).stream()
        .filter(file -> file.endsWith(".parquet"))
        .count();
  }
}
