package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command, on the tables of a run over tar shards. */
@Tag("slow")
class ClusterTest {
  private static final Path SHARDS = Path.of("src/test/resources/input/webdataset");

  @TempDir Path folder;

  @Test
  void aContactSheetShowsTheImagesOfShards() throws Exception {
    Path tables = folder.resolve("tables");
    Cli.classify(SHARDS, tables, "--input-format", "webdataset").done();
    Path output = folder.resolve("clusters");
    String[] command = {
      "cluster",
      "--predictions",
      tables.toString(),
      "--output",
      output.toString(),
      "--clusters",
      "2..3",
      "--truth-folders",
      "--json"
    };
    Cli.Ended ended = Cli.run(command).done();
    JsonNode summary = new ObjectMapper().readTree(output.resolve("summary.json").toFile());
    assertEquals(new ObjectMapper().readTree(ended.out()), summary);
    assertEquals(10, summary.get("clustered").asInt());
    assertEquals("k-means", summary.get("algorithm").asText());
    int clusters = summary.get("clusters").asInt();
    assertEquals(clusters, summary.get("list").size());
    assertEquals(
        List.of(2, 3),
        List.of(
            summary.get("tried").get(0).get("clusters").asInt(),
            summary.get("tried").get(1).get("clusters").asInt()));
    try (Tables written = Tables.over(Map.of("rows", output.resolve("rows") + "/*.parquet"))) {
      assertEquals(
          List.of(List.of(10L, 10L, (long) clusters)),
          written.rows(
              "select count(*), count(distinct truth), count(distinct cluster) from rows"
                  + " where distance between 0 and 2 and x is not null and y is not null"));
    }
    String page = Files.readString(output.resolve("report.html"));
    int pictures = 0;
    for (JsonNode cluster : summary.get("list")) {
      pictures += cluster.get("representatives").size() + cluster.get("farthest").size();
    }
    assertEquals(pictures, page.split("src=\"data:image/jpeg;base64,", -1).length - 1);
    assertTrue(!page.contains("no picture"), page);

    assertTrue(
        Cli.run(command).refusal().contains("replace the results with --overwrite"),
        "earlier results stay");
    assertTrue(
        Cli.run(
                "cluster",
                "--predictions",
                tables.toString(),
                "--output",
                output + "-2",
                "--clusters",
                "many")
            .refusal()
            .contains(
                "clusters is 'many', expected a number such as 10, or a range such as 2..20"));
    assertTrue(
        Cli.run(
                "cluster",
                "--predictions",
                tables.toString(),
                "--output",
                output + "-2",
                "--clusters",
                "11")
            .refusal()
            .contains("10 of 10 images have an embedding, expected at least 11"));
  }
}
