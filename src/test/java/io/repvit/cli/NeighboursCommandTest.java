package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code neighbours} on the demonstration images. */
@Tag("slow")
class NeighboursCommandTest {
  private static final String IMAGES = "src/demo/fashion-mnist";

  @TempDir static Path temp;

  private static Path tables;

  @BeforeAll
  static void classify() {
    tables = temp.resolve("tables");
    Cli.run(
            "classify",
            "--model",
            Cli.MODEL.toString(),
            "--input",
            IMAGES,
            "--output",
            tables.toString())
        .done();
  }

  private static Cli.Ended neighbours(String output, String... more) {
    return neighbours(tables, output, more);
  }

  private static Cli.Ended neighbours(Path predictions, String output, String... more) {
    var args = new ArrayList<>(List.of("neighbours", "--predictions", predictions.toString()));
    args.addAll(List.of("--output", temp.resolve(output).toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private static JsonNode summary(String output) throws IOException {
    return new ObjectMapper().readTree(temp.resolve(output).resolve("summary.json").toFile());
  }

  private static Tables rows(String output) throws SQLException {
    return Tables.over(Map.of("found", temp.resolve(output) + "/rows/*.parquet"));
  }

  @Test
  void eachImageGetsItsNeighboursAndThePageShowsThem() throws IOException, SQLException {
    String text = neighbours("all", "--k", "3").done().out();
    JsonNode summary = summary("all");
    long images = summary.get("queries").asLong();
    assertTrue(text.contains(", k = 3, exact, in "), text);
    assertEquals(3 * images, summary.get("neighbours").asLong());
    assertTrue(summary.get("approximation").isNull());
    try (Tables rows = rows("all")) {
      assertEquals(3 * images, rows.count("found", "path <> neighbour and problem is null"));
      assertEquals(
          0,
          rows.number(
              "select count(*) from found a join found b on a.path = b.path and a.rank < b.rank"
                  + " where a.cosine < b.cosine"));
    }
    String page = Files.readString(temp.resolve("all/report.html"));
    assertTrue(page.contains("data:image/jpeg;base64,"));
    assertTrue(page.contains("Nearest neighbour"));
  }

  @Test
  void pathsAndImagesAreQueries() throws IOException, SQLException {
    Path first;
    Path second;
    try (Stream<Path> files = Files.walk(Path.of(IMAGES))) {
      List<Path> images = files.filter(Files::isRegularFile).sorted().toList();
      first = images.get(0).toAbsolutePath();
      second = images.get(500).toAbsolutePath();
    }
    // The image is in the table, so that it is its own nearest neighbour.
    neighbours("images", "--images", first.toString(), "--model", Cli.MODEL.toString()).done();
    assertEquals(1, summary("images").get("queries").asLong());
    try (Tables rows = rows("images")) {
      assertEquals(10, rows.count("found", "path like '%" + first + "'"));
      assertEquals(
          1,
          rows.count("found", "rank = 1 and neighbour like '%" + first + "' and cosine > 0.99999"));
    }

    // The rows of the table, as they are named there, are no neighbours of themselves.
    String path;
    try (Tables predictions = Tables.open(tables)) {
      path =
          predictions
              .rows("select path from predictions where path like '%" + second + "'")
              .get(0)
              .get(0)
              .toString();
    }
    neighbours("paths", "--paths", path, "--k", "2", "--method", "ivf", "--recall", "1").done();
    try (Tables rows = rows("paths")) {
      assertEquals(2, rows.count("found", "path = '" + path + "' and neighbour <> path"));
    }
    JsonNode approximation = summary("paths").get("approximation");
    assertEquals(63, approximation.get("cells").asInt());
    assertEquals(1, approximation.get("recall").asDouble());
    assertEquals(1, approximation.get("recall_queries").asInt());
  }

  @Test
  void rowsOfAnotherTableAreQueries() throws IOException, SQLException {
    Path queries = Files.createDirectory(temp.resolve("queries-table"));
    try (Tables predictions = Tables.open(tables)) {
      predictions.execute(
          "copy (select * from predictions order by path limit 3) to '%s/part.parquet'"
              .formatted(queries));
    }
    neighbours("queries", "--queries", queries.toString(), "--k", "2").done();
    assertEquals(3, summary("queries").get("queries").asLong());
    // Each of them is a row of the searched table, too.
    assertEquals("[{\"from\":0.98,\"count\":3}]", summary("queries").get("nearest").toString());
    try (Tables rows = rows("queries")) {
      assertEquals(3, rows.count("found", "rank = 1 and neighbour = path"));
      assertEquals(3, rows.count("found", "rank = 2 and neighbour <> path"));
    }
  }

  @Test
  void wrongSettingsAreRefused() {
    assertTrue(
        neighbours("refused", "--paths", "a", "--queries", "b")
            .refusal()
            .endsWith("--queries, --paths and --images exclude each other; give one"));
    assertTrue(
        neighbours("refused", "--images", "a.png")
            .refusal()
            .endsWith("--images and --model need each other; give both or none"));
    assertTrue(
        neighbours("refused", "--paths", "nowhere.png")
            .refusal()
            .endsWith(
                "the table has no row with the path nowhere.png (1 of 1 paths); expected values of"
                    + " its column path"));
    assertTrue(neighbours("refused", "--k", "0").refusal().endsWith("k is 0, expected 1 to 1000"));
    assertFalse(Files.exists(temp.resolve("refused")));
  }
}
