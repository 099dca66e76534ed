package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The groups of copies that Pillow made are those of ImageHash. */
@Tag("slow")
class DuplicatesTest {
  private static final Path IMAGES = Path.of("src/test/resources/duplicates");
  private static final Map<String, String> SPARK = Map.of("spark.sql.shuffle.partitions", "2");

  @TempDir static Path folder;
  private static Path output;
  private static JsonNode expected;

  @BeforeAll
  static void classifyOnce() throws Exception {
    output = folder.resolve("output");
    Path input = Files.createDirectories(folder.resolve("input"));
    for (Path file : Samples.children(IMAGES)) {
      if (!file.toString().endsWith(".json")) {
        Files.copy(file, input.resolve(file.getFileName()));
      }
    }
    Cli.classify(input, output, "--quality", "--phash").done();
    expected = new ObjectMapper().readTree(IMAGES.resolve("expected.json").toFile());
  }

  @Test
  void copiesAreTheGroupsOfImageHash() throws Exception {
    agrees("3");
    agrees("8", "--keep", "sharpest");
  }

  private static void agrees(String distance, String... more) throws Exception {
    Path results = folder.resolve("within-" + distance);
    var args = new ArrayList<>(List.of("--hash-distance", distance, "--json"));
    args.addAll(List.of(more));
    JsonNode summary = new ObjectMapper().readTree(duplicates(results, args).done().out());
    int dropped = 0;
    var groups = new ArrayList<List<Object>>();
    for (JsonNode group : expected.get("groups").get(distance)) {
      var names = new ArrayList<String>();
      group.forEach(name -> names.add(name.asText()));
      groups.add(List.of(String.join(" ", names)));
      dropped += group.size() - 1;
    }
    try (Tables tables =
        Tables.over(
            Map.of(
                "found",
                results + "/rows/*.parquet",
                "predictions",
                Tables.files(output, "predictions")))) {
      assertEquals(
          groups,
          tables.rows(
              """
              select string_agg(name, ' ' order by name) as names
              from (select group_id, parse_filename(path) as name, group_size from found)
              where group_size > 1 group by group_id order by names"""));
      // One image of each group is kept; which one is said by the table of the run.
      assertEquals(
          List.of(),
          tables.rows(
              """
              select f.path from found f join predictions p using (path)
              qualify (decision = 'keep') <> (1 = row_number() over (partition by group_id order by
                  %s, f.path))"""
                  .formatted(
                      distance.equals("3")
                          ? "p.width * p.height desc, p.length desc"
                          : "p.quality.blurry desc")));
      assertEquals(
          tables.number("select sum(length) from found where decision = 'drop'"),
          summary.get("dropped_bytes").asDouble());
      assertEquals(
          2, tables.number("select count(*) from found where list_contains(relations, 'bytes')"));
      assertEquals(
          0,
          tables.number(
              """
              select count(*) from found f join predictions p using (path)
              join predictions r on r.path = f.representative
              where group_size > 1 and hash_distance <> bit_count(xor(p.phash, r.phash))"""));
    }
    assertEquals(21, summary.get("images").asInt());
    assertEquals(groups.size(), summary.get("groups").asInt());
    assertEquals(dropped, summary.get("dropped").asInt());
    pathsToDropAreListedAsDocumented(results, dropped);
    String page = Files.readString(results.resolve("report.html"));
    assertTrue(page.contains("data:image/jpeg"));
    assertTrue(page.contains("<b>keep</b>") && page.contains("<b>drop</b>"));
  }

  private static void pathsToDropAreListedAsDocumented(Path results, int dropped) throws Exception {
    Path list = results.resolve("drop.txt");
    String sql =
        Files.readAllLines(Path.of("docs/duplicates.md")).stream()
            .filter(line -> line.startsWith("COPY "))
            .findFirst()
            .orElseThrow()
            .replace("'duplicates/", "'" + results + "/")
            .replace("'drop.txt'", "'" + list + "'");
    try (Tables tables = Tables.over(Map.of())) {
      tables.execute(sql);
    }
    List<String> paths = Files.readAllLines(list);
    assertEquals(dropped, paths.size());
    assertTrue(paths.stream().allMatch(path -> path.startsWith("file:/")), paths.toString());
  }

  @Test
  void wrongOptionsAndMissingColumnsAreRefused() {
    Path results = folder.resolve("refused");
    for (Map.Entry<List<String>, String> mistake :
        Map.of(
                List.of("--hash-distance", "11"), "hash-distance is 11, expected 0 to 10",
                List.of("--cosine", "1"), "cosine is 1.0, expected a number above 0 and below 1",
                List.of("--by", "bytes,sound"),
                    "by is 'sound', expected one of [bytes, picture, subject]")
            .entrySet()) {
      String line = duplicates(results, mistake.getKey()).refusal();
      assertTrue(line.contains(mistake.getValue()), line);
    }
    Path plain = folder.resolve("plain");
    Cli.classify(Samples.PHOTOGRAPHS, plain).done();
    for (Map.Entry<List<String>, String> mistake :
        Map.of(
                List.of("--by", "picture"),
                "no column phash",
                List.of("--keep", "sharpest"),
                "no column quality")
            .entrySet()) {
      String line = duplicates(plain, results, mistake.getKey()).refusal();
      assertTrue(line.contains(mistake.getValue()) && line.contains("run classify with --"), line);
    }
  }

  private static Cli.Ended duplicates(Path results, List<String> more) {
    return duplicates(output, results, more);
  }

  private static Cli.Ended duplicates(Path predictions, Path results, List<String> more) {
    var args =
        new ArrayList<>(
            List.of(
                "duplicates",
                "--predictions",
                predictions.toString(),
                "--output",
                results.toString()));
    args.addAll(more);
    return Cli.run(SPARK, args.toArray(String[]::new));
  }
}
