package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.cli.BreakableFileSystem.Operation;
import io.repvit.table.PublishedRows;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code compact} does to tables, also when it is killed. The runs have tables by SQL. */
@Tag("slow")
class CompactTest {
  private static final String STAGED = "_staging/1970-01-01-maintenance";
  private static final String RUN = "run_date=[^/]*/run_id=compacted-[^/]*";

  @TempDir Path output;

  /** Three small runs of one date, a run of another model, and one of another date. */
  @BeforeEach
  void publish() throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      publish(spark, "2026-11-01", "r1", "m", "cast(null as bigint)", "a", "b");
      publish(spark, "2026-11-01", "r2", "m", "7L", "b", "c", "d");
      publish(spark, "2026-11-01", "r3", "m", "8L", "e");
      publish(spark, "2026-11-01", "r4", "n", "9L", "a");
      publish(spark, "2026-11-02", "r1", "m", "9L", "f");
    }
  }

  private void publish(
      SparkSession spark, String date, String id, String model, String phash, String... paths)
      throws Exception {
    String run = "/run_date=" + date + "/run_id=" + id;
    var rows = new ArrayList<String>();
    for (String path : paths) {
      rows.add("('%s')".formatted(path));
    }
    String all = " from values " + String.join(", ", rows) + " t(path)";
    spark
        .sql(
            ("select path, map('k', path, 'a', 'b') carried, array(cast(0.5 as float)) embedding,"
                        + " array(named_struct('label', 'cat', 'score', cast(1 as float))) top_k,"
                        + " '%s' model_sha256, timestamp '%s 00:00:00.123456' predicted_at, %s phash")
                    .formatted(model, date, phash)
                + all)
        .drop(id.equals("r1") ? "phash" : "none")
        .repartition(2)
        .write()
        .parquet(output + "/predictions" + run);
    spark
        .sql("select path, 'decode' stage" + all + " where path > 'c'")
        .coalesce(1)
        .write()
        .parquet(output + "/quarantine" + run);
    Path manifest = Files.createDirectories(output.resolve("runs" + run)).resolve("manifest.json");
    Files.writeString(
        manifest,
        """
        {"run_id": "%s", "run_date": "%s", "conditions": "c", "model": {"model_sha256": "%s"}}
        """
            .formatted(id, date, model));
  }

  private static String[] args(Path output, String... options) {
    var args = new ArrayList<>(List.of("compact", "--output", output.toString()));
    args.addAll(List.of(options));
    Map.of("--least-files", "6", "--lease-timeout", "2s")
        .forEach(
            (name, value) -> {
              if (!args.contains(name)) {
                args.addAll(List.of(name, value));
              }
            });
    args.add("--json");
    return args.toArray(String[]::new);
  }

  private JsonNode compact(String... options) throws Exception {
    return new ObjectMapper().readTree(Cli.run(args(output, options)).done().out());
  }

  /** The newest row of each path and model, and the number of its columns. */
  private List<String> rows() throws Exception {
    try (SparkSession spark = LocalSpark.open()) {
      return PublishedRows.latest(spark, output.toString())
          .select("path", "run_id", "run_date", "carried", "embedding", "top_k", "predicted_at")
          .union(
              PublishedRows.latest(spark, output.toString())
                  .selectExpr(
                      "path",
                      "run_id",
                      "model_sha256",
                      "carried",
                      "embedding",
                      "top_k",
                      "timestamp_seconds(phash)"))
          .toJSON()
          .collectAsList()
          .stream()
          .sorted()
          .toList();
    }
  }

  private List<String> tables() throws Exception {
    return Tables.filesBelow(output).stream()
        .filter(f -> f.matches("(predictions|quarantine)/.*/[^_.][^/]*"))
        .sorted()
        .toList();
  }

  @Test
  void theRunsOfADateAndModelBecomeOneWithEqualRows() throws Exception {
    List<String> rows = rows();
    List<String> files = Tables.filesBelow(output);
    JsonNode shown = compact();
    assertEquals(1, shown.path("groups").size(), shown::toString);
    JsonNode group = shown.path("groups").get(0);
    assertEquals("[\"r1\",\"r2\",\"r3\"]", group.path("runs").toString());
    assertTrue(group.path("files_before").asInt() >= 6, group::toString);
    assertEquals(files, Tables.filesBelow(output), "nothing is changed without --rewrite");

    compact("--rewrite");
    assertEquals(rows, rows());
    String into = "run_date=2026-11-01/run_id=" + group.path("into").asText();
    List<String> left = tables();
    assertEquals(1, left.stream().filter(f -> f.startsWith("predictions/" + into)).count());
    assertEquals(1, left.stream().filter(f -> f.startsWith("quarantine/" + into)).count());
    assertFalse(left.toString().matches(".*11-01/run_id=r[123].*"), left::toString);
    assertFalse(Files.exists(output.resolve("_staging")));
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of("r1", 2L), List.of("r2", 3L), List.of("r3", 1L)),
          tables.rows(
              "select original_run_id, count(*) from read_parquet('"
                  + output.resolve("predictions/" + into)
                  + "/*.parquet') group by 1 order by 1"));
    }
    assertEquals(0, compact().path("groups").size());

    // A compaction is pruned with the manifests of the runs that it has replaced.
    Cli.run("prune", "--output", output.toString(), "--older-than", "1", "--delete").done();
    assertEquals(
        List.of("runs/run_date=2026-11-02/run_id=r1/manifest.json"),
        Tables.filesBelow(output).stream().filter(f -> f.startsWith("runs/")).toList());
  }

  @Test
  void aKilledCompactionLeavesTheOldRowsOrTheNew() throws Exception {
    List<String> rows = rows();
    List<String> before = tables();
    for (String[] cut :
        List.of(
            new String[] {"MKDIRS", STAGED + "/wave-0.*"},
            new String[] {"RENAME", "predictions/" + RUN},
            new String[] {"RENAME", "quarantine/" + RUN},
            new String[] {"RENAME", "runs/" + RUN + "/manifest.json"})) {
      cutOff(Operation.valueOf(cut[0]), cut[1]);
      assertEquals(rows, rows(), cut[1]);
      assertTrue(tables().containsAll(before), cut[1]);
    }
    cutOff(Operation.RENAME, STAGED + "/removed-.*");
    assertEquals(rows, rows(), "the compaction is published, and what it replaces is there too");
    assertTrue(tables().containsAll(before));
    assertEquals(3, compact().path("remaining").asInt());

    cutOff(Operation.DELETE, STAGED + "/removed-.*");
    assertEquals(rows, rows());
    compact("--rewrite");
    assertEquals(rows, rows());
    assertEquals(0, compact().path("remaining").asInt());
    assertFalse(tables().toString().matches(".*11-01/run_id=r[123].*"), tables()::toString);
    assertFalse(Files.exists(output.resolve("_staging")));
  }

  /** Kept files are for queries that are reading them; other readers must not see them. */
  @Test
  void keptFilesStayUntilALaterCompaction() throws Exception {
    List<String> rows = rows();
    List<String> before = tables();
    compact("--rewrite", "--keep-hours", "1");
    assertEquals(rows, rows());
    assertTrue(tables().containsAll(before));
    compact("--rewrite", "--keep-hours", "1");
    assertTrue(tables().containsAll(before), "they are not old enough");
    compact("--rewrite");
    assertEquals(rows, rows());
    assertFalse(tables().toString().matches(".*11-01/run_id=r[123].*"), tables()::toString);
  }

  @Test
  void wrongArgumentsAndOtherOutputsAreRefused() throws Exception {
    Path none = output.resolve("none");
    for (String[] args : List.of(args(none), args(none, "--rewrite"))) {
      String line = Cli.run(args).refusal();
      assertTrue(line.contains("none has no published run"), line);
    }
    assertFalse(Files.exists(none));
    assertTrue(
        Cli.run(args(output, "--least-files", "2")).refusal().contains("expected at least 3"));
    assertTrue(
        Cli.run(args(output, "--target-file-size", "1KiB"))
            .refusal()
            .contains("expected at least 1048576"));
    assertTrue(
        Cli.run(args(output, "--lease-timeout", "soon")).refusal().contains("--lease-timeout"));
    NightlyRuns.delete(output.resolve("predictions"));
    NightlyRuns.delete(output.resolve("quarantine"));
    assertTrue(Cli.run(args(output)).refusal().contains("rewrite_data_files"));
  }

  private void cutOff(Operation operation, String path) throws Exception {
    Cli.Ended dead =
        BreakableFileSystem.with(
            BreakableFileSystem.cutOffBefore(operation, path),
            () -> Cli.run(BreakableFileSystem.PROPERTIES, args(output, "--rewrite")));
    assertNotEquals(ExitCode.DONE, dead.exit(), path);
    assertTrue(dead.err().contains("cut off: " + operation), dead.err());
    Tables.age(output.resolve(STAGED));
  }
}
