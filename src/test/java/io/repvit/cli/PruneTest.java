package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which runs {@code prune} deletes. The runs have the columns that it reads. */
class PruneTest {
  private static final LocalDate TODAY = LocalDate.now(ZoneOffset.UTC);

  @TempDir Path output;

  /** Five runs: old model m on a, b; on c; new model n on a, b; m again on d; n on c and d. */
  @BeforeEach
  void publish() throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      publish(spark, 40, "r1", "m", "a", "b");
      publish(spark, 30, "r2", "m", "c");
      publish(spark, 20, "r3", "n", "a", "b");
      publish(spark, 10, "r4", "m", "d");
      publish(spark, 1, "r5", "n", "c");
    }
  }

  private String place(String table, int daysAgo, String id) {
    return table + "/run_date=" + TODAY.minusDays(daysAgo) + "/run_id=" + id;
  }

  private void publish(SparkSession spark, int daysAgo, String id, String model, String... paths)
      throws Exception {
    var rows = new ArrayList<String>();
    for (String path : paths) {
      rows.add("('%s', '%s', timestamp('%s'))".formatted(path, model, TODAY.minusDays(daysAgo)));
    }
    spark
        .sql(
            "select * from values "
                + String.join(", ", rows)
                + " t(path, model_sha256, predicted_at)")
        .coalesce(1)
        .write()
        .parquet(output.resolve(place("predictions", daysAgo, id)).toString());
    Path manifest = output.resolve(place("runs", daysAgo, id)).resolve("manifest.json");
    Files.createDirectories(manifest.getParent());
    Files.writeString(manifest, "{}");
  }

  private JsonNode prune(String... options) throws Exception {
    var args = new ArrayList<>(List.of("prune", "--json", "--output", output.toString()));
    args.addAll(List.of(options));
    return new ObjectMapper().readTree(Cli.run(args.toArray(String[]::new)).done().out());
  }

  private static List<String> runs(JsonNode result) {
    var runs = new ArrayList<String>();
    for (JsonNode run : result.path("runs")) {
      runs.add(run.path("id").asText() + " " + run.path("reason").asText());
    }
    return runs;
  }

  private boolean exists(String table, int daysAgo, String id) {
    return Files.exists(output.resolve(place(table, daysAgo, id)));
  }

  @Test
  void aRunWithoutCurrentImagesIsSuperseded() throws Exception {
    JsonNode shown = prune("--superseded");
    assertEquals(List.of("r1 SUPERSEDED", "r2 SUPERSEDED"), runs(shown));
    assertEquals(0, shown.path("images_without_prediction").asLong());
    assertEquals(2, shown.path("runs").get(0).path("rows").asLong());
    assertTrue(shown.path("runs").get(0).path("bytes").asLong() > 0);
    assertTrue(exists("predictions", 40, "r1"), "nothing is deleted without --delete");

    prune("--superseded", "--delete");
    assertFalse(exists("predictions", 40, "r1") || exists("runs", 40, "r1"));
    assertTrue(exists("predictions", 20, "r3") && exists("runs", 10, "r4"));
    assertEquals(List.of(), runs(prune("--superseded")));
  }

  @Test
  void oldRunsAreDeletedAndLostImagesCounted() throws Exception {
    JsonNode shown = prune("--older-than", "5");
    assertEquals(List.of("r1 OLD", "r2 OLD", "r3 OLD", "r4 OLD"), runs(shown));
    // Only c has a row in the run that is kept.
    assertEquals(3, shown.path("images_without_prediction").asLong());
    assertEquals(5, shown.path("published").asLong());
  }

  @Test
  void theNewestRunIsKeptHoweverOldItIs() throws Exception {
    NightlyRuns.delete(output.resolve(place("runs", 1, "r5")));
    NightlyRuns.delete(output.resolve(place("runs", 10, "r4")));
    assertEquals(List.of("r1 OLD", "r2 OLD"), runs(prune("--older-than", "5")));
  }

  @Test
  void aDeletionThatFailedMidwayIsFinished() throws Exception {
    Path runs = output.resolve(place("runs", 40, "r1"));
    Files.createFile(runs.resolve("_pruning"));
    Files.delete(runs.resolve("manifest.json"));
    // That of a published run is left over from a deletion that did not begin.
    Files.createFile(output.resolve(place("runs", 20, "r3")).resolve("_pruning"));

    prune("--older-than", "1000");
    assertTrue(exists("predictions", 40, "r1"), "nothing is deleted without --delete");
    prune("--older-than", "1000", "--delete");
    assertFalse(exists("predictions", 40, "r1") || exists("runs", 40, "r1"));
    assertTrue(exists("predictions", 20, "r3"));
  }

  @Test
  void wrongArgumentsAreRefused() {
    assertEquals(
        "repvit prune: prune needs --older-than DAYS, --superseded or both",
        Cli.run("prune", "--output", output.toString()).refusal());
    assertEquals(
        "repvit prune: "
            + output.resolve("no")
            + " has no published run, expected the output of"
            + " classify; see docs/runs.md",
        Cli.run("prune", "--superseded", "--output", output.resolve("no").toString()).refusal());
  }
}
