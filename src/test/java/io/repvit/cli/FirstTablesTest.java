package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.table.PredictionTable;
import io.repvit.table.PublishedRows;
import io.repvit.table.QuarantineTable;
import io.repvit.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables of the first version, to which a run of the present one was added. */
@Tag("slow")
class FirstTablesTest {
  private static final Path FIRST = Path.of("src/test/resources/first/tables");

  @TempDir static Path folder;
  private static Path output;

  @BeforeAll
  static void addARun() throws Exception {
    output = folder.resolve("tables");
    RowChecksum.copy(FIRST, output);
    Path images = folder.resolve("images");
    Samples.garments(images, 1);
    Cli.Ended ended =
        Cli.classify(images, output, "--date", "2026-11-25", "--run-id", "now", "--phash").done();
    assertFalse(ended.err().contains("warning"), ended.err());
    assertEquals(
        ExitCode.NOTHING_NEW,
        Cli.classify(images, output, "--date", "2026-11-25", "--run-id", "next").exit(),
        "the scored index has the runs of both versions");
  }

  /** The rule of docs/tables.md. */
  @Test
  void columnsAreOnlyAddedAndKeepTheirTypes() throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      assertKept(
          spark.read().parquet(FIRST + "/predictions/run_date=2026-11-24/run_id=first").schema(),
          PredictionTable.SCHEMA);
      assertKept(
          spark.read().parquet(FIRST + "/quarantine/run_date=2026-11-24/run_id=first").schema(),
          QuarantineTable.SCHEMA);
    }
  }

  private static void assertKept(StructType first, StructType now) {
    Map<String, DataType> types = new TreeMap<>();
    for (StructField field : now.asNullable().fields()) {
      types.put(field.name(), field.dataType());
    }
    for (StructField field : first.asNullable().fields()) {
      assertEquals(field.dataType(), types.get(field.name()), field.name());
    }
  }

  @Test
  void readersFindTheRowsOfBothVersions() throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      Dataset<Row> rows = PublishedRows.latest(spark, output.toString());
      assertEquals(4, rows.where("run_id = 'first' and carried is null and phash is null").count());
      assertEquals(
          10, rows.where("run_id = 'now' and carried is not null and phash is not null").count());
      assertEquals(14, rows.where("size(embedding) > 0 and top_k[0].label = label").count());
      rows.createOrReplaceTempView("predictions");
      assertEquals(14, spark.sql(view()).count());
    }
    try (Tables tables = Tables.over(Map.of("none", Tables.files(output, "quarantine")))) {
      assertEquals(
          List.of(List.of(14L, 10L, 14L)),
          tables.rows(
              "select count(*), count(carried), count(embedding[1]) from read_parquet('"
                  + Tables.files(output, "predictions")
                  + "', union_by_name = true, hive_partitioning = true)"));
    }
  }

  /** The query of the view in docs/tables.md. */
  private static String view() throws IOException {
    String page = Files.readString(Path.of("docs/tables.md"));
    String query = page.substring(page.indexOf("SELECT * EXCEPT (n)"), page.indexOf("WHERE n = 1"));
    return query.replace("photos.predictions", "predictions") + "WHERE n = 1";
  }

  @Test
  void commandsTakeTheTablesOfBothVersions() throws Exception {
    JsonNode evaluated = run("evaluate", "--predictions", output.toString(), "--json");
    assertEquals(14, evaluated.path("images").asInt(), evaluated::toString);

    JsonNode pruned = run("prune", "--output", output + "", "--older-than", "1", "--json");
    assertEquals("first", pruned.path("runs").get(0).path("id").asText(), pruned::toString);
    assertEquals(4, pruned.path("runs").get(0).path("rows").asInt());

    Path copy = folder.resolve("compacted");
    RowChecksum.copy(FIRST, copy);
    List<String> before = rows(copy);
    String[] compact = {
      "compact", "--output", copy + "", "--least-files", "4", "--rewrite", "--json"
    };
    JsonNode compacted = run(compact);
    assertEquals("[\"first\"]", compacted.path("groups").get(0).path("runs").toString());
    assertEquals(before, rows(copy));
    assertEquals(
        2,
        Tables.filesBelow(copy).stream()
            .filter(file -> file.endsWith(".parquet") && file.contains("run_id=compacted-"))
            .count());
  }

  private static JsonNode run(String... args) throws Exception {
    return new ObjectMapper().readTree(Cli.run(args).done().out());
  }

  private static List<String> rows(Path output) throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      Dataset<Row> rows = PublishedRows.latest(spark, output.toString());
      var columns = new ArrayList<>(Arrays.asList(rows.columns()));
      columns.sort(String::compareTo);
      return rows.selectExpr(columns.toArray(String[]::new)).toJSON().collectAsList().stream()
          .sorted()
          .toList();
    }
  }
}
