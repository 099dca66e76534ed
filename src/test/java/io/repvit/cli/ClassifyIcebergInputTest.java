package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of an Iceberg catalog as input, which gets more images and loses some. */
@Tag("iceberg")
class ClassifyIcebergInputTest {
  private static final Path PACKED = Path.of("src/test/resources/input").toAbsolutePath();
  private static final String ANSWERS =
      "select content_sha256, label, score, hash(top_k), hash(embedding) from predictions"
          + " where run_id::varchar = '%s' order by all";

  @TempDir private Path folder;

  @Test
  void rowsAreImagesAndEveryDataFileIsReadOnce() throws Exception {
    Path parquet = PACKED.resolve("huggingface.parquet");
    sql(
        "create table lake.sets.train using iceberg as select * from parquet.`%s`"
            .formatted(parquet));
    Cli.run(
            "classify --model %s --input %s --input-format table --output %s --run-id 0 --date %s"
                .formatted(Cli.MODEL, parquet, folder.resolve("parquet"), Tables.DATE)
                .split(" "))
        .done();
    night("1").done();
    try (Tables expected = Tables.open(folder.resolve("parquet"));
        Tables tables = Tables.open(folder.resolve("output"))) {
      assertEquals(expected.rows(ANSWERS.formatted("0")), tables.rows(ANSWERS.formatted("1")));
      assertEquals(10, tables.count("predictions", "length > 0 and modified_at is null"));
      List<String> paths =
          tables.rows("select path from predictions order by path").stream()
              .map(row -> (String) row.get(0))
              .toList();
      assertEquals(10, paths.size());
      for (int i = 0; i < 10; i++) {
        String data = "file:" + folder.resolve("lake/sets/train/data") + "/";
        assertTrue(paths.get(i).startsWith(data) && paths.get(i).endsWith("#" + i), paths.get(i));
        assertTrue(
            paths.get(i).contains(".parquet#"), "the data file and the row in it: " + paths.get(i));
      }
    }
    assertEquals(ExitCode.NOTHING_NEW, night("2").exit());
    sql(
        "insert into lake.sets.train select * from parquet.`%s` where label < 4"
            .formatted(parquet));
    night("2").done();
    try (Tables tables = Tables.open(folder.resolve("output"))) {
      assertEquals(4, tables.count("predictions", "run_id::varchar = '2'"));
    }
  }

  @Test
  void anUnfinishedRunOfAnIcebergInputStartsAgain() throws Exception {
    sql(
        "create table lake.sets.train using iceberg as select * from parquet.`%s`"
            .formatted(PACKED.resolve("huggingface.parquet")));
    var publishing =
        BreakableFileSystem.cutOffBefore(
            BreakableFileSystem.Operation.RENAME, "predictions/run_date=[^/]*/run_id=1");
    Cli.Ended dead = BreakableFileSystem.with(publishing, () -> night("1"));
    assertEquals(ExitCode.FAILED, dead.exit(), dead.err());
    Path staged = folder.resolve("output/_staging");
    Tables.age(staged.resolve(Tables.DATE + "-1"));
    night("2").done();
    assertFalse(Files.exists(staged), "what nobody can go on from is deleted by any run");
    night("1", "--rescore").done();
    try (Tables tables = Tables.open(folder.resolve("output"))) {
      assertEquals(10, tables.count("predictions", "run_id::varchar = '1'"));
      assertEquals(10, tables.count("predictions", "run_id::varchar = '2'"));
    }
  }

  @Test
  void aTableThatIsNotThereIsSaidInOneLine() {
    String line = night("1").refusal();
    assertTrue(line.contains("lake.sets.train"), line);
  }

  private Cli.Ended night(String run, String... more) {
    var args = new ArrayList<>(List.of("classify", "--model", Cli.MODEL.toString()));
    args.addAll(List.of("--input", "lake.sets.train", "--input-format", "table"));
    args.addAll(List.of("--table-format", "iceberg", "--date", Tables.DATE, "--run-id", run));
    args.addAll(List.of("--output", folder.resolve("output").toString()));
    args.addAll(List.of(more));
    return Cli.run(lake(), args.toArray(String[]::new));
  }

  private Map<String, String> lake() {
    var spark = new HashMap<>(BreakableFileSystem.PROPERTIES);
    spark.putAll(
        Map.of(
            "spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type", "hadoop",
            "spark.sql.catalog.lake.warehouse", "file:" + folder.resolve("lake")));
    return spark;
  }

  private void sql(String statement) throws Exception {
    Cli.with(
        lake(),
        () -> {
          try (SparkSession session = Sparks.open("test")) {
            return session.sql(statement).count();
          }
        });
  }
}
