package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Iceberg tables in a catalog of folders, read back by Iceberg, by DuckDB and as JSON. */
@Tag("iceberg")
class ClassifyToIcebergTest {
  @TempDir private Path folder;
  private Path input;
  private Map<String, String> spark = Map.of();

  @BeforeEach
  void makeInput() throws Exception {
    input = folder.resolve("images");
    Samples.garments(input, 1);
    spark =
        Map.of(
            "spark.sql.catalog.lake", "org.apache.iceberg.spark.SparkCatalog",
            "spark.sql.catalog.lake.type", "hadoop",
            "spark.sql.catalog.lake.warehouse", folder.resolve("lake").toString());
  }

  @Test
  void aRunIsOneSnapshotOfEachTableWithTheRowsOfFolders() throws Exception {
    Files.writeString(input.resolve("no.png"), "no image");
    Path folders = folder.resolve("folders");
    Cli.classify(input, folders).done();
    Cli.Ended ended = night("1").done();
    assertTrue(ended.out().contains("lake.photos.nightly.predictions"), ended.out());

    assertEquals(Tables.answers(folders, input), answers());
    assertEquals(
        List.of("file:" + input + "/no.png decode/UNRECOGNISED 2026-11-23 1"),
        texts("concat(path, ' ', stage, '/', code, ' ', run_date, ' ', run_id)", "quarantine"));
    for (String table : List.of("predictions", "quarantine")) {
      assertEquals(1, snapshots(table).size());
      JsonNode summary = snapshots(table).get(0).get("summary");
      assertEquals(Tables.DATE, summary.get("repvit.run-date").asText());
      assertEquals("1", summary.get("repvit.run-id").asText());
      assertEquals(
          Tables.manifest(folders).get("model").get("model_sha256").asText(),
          summary.get("repvit.model-sha256").asText());
    }
    assertFalse(Files.exists(output().resolve("predictions")), "folders are not written as well");
    assertTrue(Files.exists(manifest("1")));
  }

  @Test
  void columnsHaveIdsAndAreRequiredWhereTheyAreNeverNull() throws Exception {
    night("1").done();
    JsonNode metadata = metadata("predictions");
    assertEquals(2, metadata.get("format-version").asInt());
    assertEquals(
        List.of("run_date identity"),
        texts(metadata.get("partition-specs").get(0).get("fields"), "name", "transform"));
    JsonNode fields = metadata.get("schemas").get(0).get("fields");
    var optional = new ArrayList<String>();
    fields.forEach(
        field -> {
          if (!field.get("required").asBoolean()) {
            optional.add(field.get("name").asText());
          }
        });
    assertEquals(
        List.of(
            "length", "modified_at", "etag", "embedding", "cascade", "quality", "phash", "dhash"),
        optional);
    assertEquals(24, fields.size());
    try (Tables duckdb = duckdb("predictions")) {
      assertEquals(
          0,
          duckdb.number(
              "select count(*) from parquet_schema('%s') where field_id is null and num_children is null"
                  .formatted(dataFiles("predictions"))));
      assertEquals(
          0, duckdb.count("predictions", "len(list_filter(embedding, lambda x: x is null)) > 0"));
    }
  }

  @Test
  void theNextNightScoresWhatTheTableHasNotAndAddsASnapshot() throws Exception {
    Files.writeString(input.resolve("no.png"), "no image");
    night("1").done();
    Cli.Ended quiet = night("2");
    assertEquals(ExitCode.NOTHING_NEW, quiet.exit(), quiet.err());
    assertTrue(quiet.err().contains("or failed, 1 of them, and would again"), quiet.err());
    Files.copy(Samples.FASHION.resolve("coat/00006.png"), input.resolve("new.png"));
    night("2").done();
    assertEquals(11, count("predictions"));
    assertEquals(2, snapshots("predictions").size());
    assertEquals(
        "append", snapshots("predictions").get(1).get("summary").get("operation").asText());
    assertEquals(1, new ObjectMapper().readTree(manifest("2").toFile()).get("listed").asInt());
  }

  @Test
  void aTableOfAnEarlierVersionGetsTheColumnOfACascade() throws Exception {
    night("1").done();
    List<String> columns =
        read(
            session -> {
              session.sql("alter table lake.photos.nightly.predictions drop column cascade");
              return List.of(session.table("lake.photos.nightly.predictions").columns());
            });
    assertFalse(columns.contains("cascade"));
    List<String> labels = Files.readAllLines(Path.of("src/demo/fashion-mnist-labels.txt"));
    Path second = folder.resolve("second.onnx");
    Files.write(second, TinyModels.repVit(labels).bytes());
    night("2", "--then", second.toString(), "--below", "2").done();
    night("3", "--rescore").done();
    assertEquals(
        List.of("1 none 10", "2 second 10", "3 none 10"),
        texts(
            "concat(run_id, ' ', coalesce(cascade.answered_by, 'none'), ' ', count(*))",
            "predictions group by run_id, cascade.answered_by order by run_id"));
    assertEquals(
        ExitCode.NOTHING_NEW, night("4", "--then", second.toString(), "--below", "2").exit());
  }

  @Test
  void aRunWithoutItsManifestIsReplacedByItsNextAttempt() throws Exception {
    night("1").done();
    Files.delete(manifest("1"));
    night("1").done();
    assertEquals(10, count("predictions"));
    assertEquals(2, snapshots("predictions").size());
    assertEquals(
        "overwrite", snapshots("predictions").get(1).get("summary").get("operation").asText());
  }

  @Test
  void afterADeathBetweenTheTwoCommitsNoRowIsDoubled() throws Exception {
    Files.writeString(input.resolve("no.png"), "no image");
    spark = new HashMap<>(spark);
    spark.putAll(BreakableFileSystem.PROPERTIES);
    var secondTable =
        BreakableFileSystem.cutOffBefore(
            BreakableFileSystem.Operation.CREATE, "nightly/quarantine/data/.*");
    Cli.Ended dead = BreakableFileSystem.with(secondTable, () -> night("1"));
    assertEquals(ExitCode.FAILED, dead.exit(), dead.err());
    assertEquals(10, count("predictions"));
    assertEquals(0, count("quarantine"));
    Tables.age(output().resolve("_staging/" + Tables.DATE + "-1"));

    Cli.Ended second = night("1").done();
    assertTrue(second.err().contains(": 1 of 1 waves with 11 images are done"), second.err());
    assertEquals(10, count("predictions"));
    assertEquals(1, count("quarantine"));
    assertEquals(
        "overwrite", snapshots("predictions").get(1).get("summary").get("operation").asText());
    assertEquals(1, snapshots("quarantine").size());
  }

  @Test
  void aRunWhoseManifestCannotBeWrittenIsTakenBack() throws Exception {
    Files.createDirectories(output());
    Files.writeString(output().resolve("runs"), "in the way");
    Cli.Ended failed = night("1");
    assertEquals(ExitCode.BAD_INPUT, failed.exit(), failed.err());
    assertEquals(0, count("predictions"));
  }

  private Cli.Ended night(String run, String... more) {
    var args =
        new ArrayList<>(
            List.of("classify", "--model", Cli.MODEL.toString(), "--date", Tables.DATE));
    args.addAll(List.of("--input", input.toString(), "--output", output().toString()));
    args.addAll(List.of("--iceberg", "lake.photos.nightly", "--run-id", run));
    args.addAll(List.of(more));
    return Cli.run(spark, args.toArray(String[]::new));
  }

  private Path output() {
    return folder.resolve("output");
  }

  private Path manifest(String run) {
    return output().resolve("runs/run_date=%s/run_id=%s/manifest.json".formatted(Tables.DATE, run));
  }

  private Path table(String table) {
    return folder.resolve("lake/photos/nightly").resolve(table);
  }

  private String dataFiles(String table) {
    return table(table) + "/data/run_date=*/*.parquet";
  }

  private Tables duckdb(String table) throws Exception {
    return Tables.over(Map.of(table, dataFiles(table)));
  }

  private Map<String, Tables.Answer> answers() throws Exception {
    try (Tables duckdb = duckdb("predictions")) {
      return duckdb.answers("file:" + input);
    }
  }

  /** As the catalog's reader sees it. */
  private List<String> texts(String expression, String table) throws Exception {
    return read(
        session ->
            session
                .sql("select %s from lake.photos.nightly.%s".formatted(expression, table))
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList());
  }

  private long count(String table) throws Exception {
    return read(session -> session.table("lake.photos.nightly." + table).count());
  }

  private <T> T read(Function<SparkSession, T> query) throws Exception {
    return Cli.with(
        spark,
        () -> {
          try (SparkSession session = Sparks.open("test")) {
            return query.apply(session);
          }
        });
  }

  private static List<String> texts(JsonNode list, String... names) {
    var texts = new ArrayList<String>();
    for (JsonNode element : list) {
      texts.add(
          String.join(" ", List.of(names).stream().map(n -> element.get(n).asText()).toList()));
    }
    return texts;
  }

  private JsonNode snapshots(String table) throws Exception {
    return metadata(table).get("snapshots");
  }

  private JsonNode metadata(String table) throws Exception {
    Path folder = table(table).resolve("metadata");
    String version = Files.readString(folder.resolve("version-hint.text")).strip();
    return new ObjectMapper()
        .readTree(folder.resolve("v%s.metadata.json".formatted(version)).toFile());
  }
}
