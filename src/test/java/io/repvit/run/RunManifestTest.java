package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.inference.ModelCard;
import io.repvit.metrics.Drift;
import io.repvit.metrics.Durations;
import io.repvit.metrics.EmbeddingSum;
import io.repvit.metrics.LeftOut;
import io.repvit.metrics.RunMetrics;
import io.repvit.metrics.Scores;
import io.repvit.metrics.StageTimes;
import io.repvit.metrics.Traffic;
import io.repvit.predict.Conditions;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import io.repvit.table.RunKey;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunManifestTest {
  private static final ModelCard CARD = TinyModels.card(32, TinyModels.COLOURS, 3);
  private static final PartitionReport REPORT =
      new PartitionReport(
          10,
          7,
          0,
          Map.of("decode/TRUNCATED", 2L, "fetch/NOT_FOUND", 1L),
          Map.of("red", 4L, "blue", 3L),
          12345,
          2,
          0,
          metrics());

  private static RunMetrics metrics() {
    var times = new StageTimes.Recorder();
    times.decode.record(2_000_000);
    times.decode.record(2_000_000);
    times.decode.record(1_000_000_000);
    var scores = new Scores.Recorder();
    scores.add(0.25f);
    scores.add(1);
    var embeddings = new EmbeddingSum.Recorder();
    embeddings.add(new float[] {1, 2});
    embeddings.add(new float[] {3, 5});
    RunMetrics none = RunMetrics.EMPTY;
    return new RunMetrics(
        5_000_000_000L,
        Map.of("rewritten", 5L),
        times.total(Durations.NONE),
        none.timeline(),
        none.digest(),
        scores.total(),
        embeddings.total(),
        none.extremes(),
        none.refusals(),
        none.quality(),
        new Traffic(1, 2, 3, 4, 5, 6, 21, 7, 8, 9, 10));
  }

  private static final String RUN = "runs/run_date=2026-01-09/run_id=nightly";

  @TempDir private Path folder;
  private final Configuration configuration = new Configuration(false);

  @BeforeEach
  void record() {
    configuration.set("fs.file.impl", Recording.class.getName());
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    Recording.CALLS.clear();
    Recording.renames = true;
  }

  @Test
  void theManifestTellsWhatTheRunDid() throws IOException {
    JsonNode json = new ObjectMapper().readTree(manifest().json());
    assertEquals("nightly", json.path("run_id").textValue());
    assertEquals("2026-01-09", json.path("run_date").textValue());
    assertEquals("2026-01-09T01:02:03Z", json.path("started_at").textValue());
    assertTrue(
        Instant.parse(json.path("finished_at").textValue())
            .isAfter(Instant.parse("2026-01-09T01:02:03Z")));
    assertEquals(3, json.path("skipped").intValue());
    assertEquals(
        "{\"hidden\":4,\"other_format\":0,\"duplicates\":2,\"folder_markers\":0,"
            + "\"link_loops\":0,\"output\":0,\"members\":0,\"blank_lines\":0,\"old_versions\":0}",
        json.path("left_out").toString());
    assertEquals("[\"/in\"]", json.path("input").toString());
    assertEquals(10, json.path("listed").longValue());
    assertEquals(7, json.path("predicted").longValue());
    assertEquals(3, json.path("quarantined").longValue());
    assertEquals(2, json.path("quarantine_reasons").path("decode/TRUNCATED").longValue());
    assertEquals("{\"red\":4,\"blue\":3}", json.path("labels").toString());
    assertEquals("{\"labels\":0,\"images\":0}", json.path("other_labels").toString());
    assertEquals(2, json.path("reused").longValue());
    assertEquals(12345, json.path("bytes").longValue());
    assertEquals("v", json.path("model").path("model").textValue());
    assertEquals("cd", json.path("model").path("model_sha256").textValue());
    assertEquals("ef", json.path("model").path("preprocessing").textValue());
    assertEquals("colours", json.path("card").path("repvit.variant").textValue());
    assertEquals("{\"listing\":0.5}", json.path("phases").toString());
    assertEquals(5, json.path("partitions").intValue());
    assertEquals(3, json.path("waves").intValue());
    assertEquals(2, json.path("attempts").intValue());
    assertEquals(2.5, json.path("classify_seconds").doubleValue());
    assertEquals(4.0, json.path("images_per_second").doubleValue());
    assertEquals(3, json.path("schema_version").intValue());
    assertEquals("0".repeat(64), json.path("input_digest").textValue());
    assertEquals("{\"rewritten\":5}", json.path("tasks_by_graph").toString());
    assertEquals(5.0, json.path("core_seconds").doubleValue());
    assertEquals(2.0, json.path("images_per_second_per_core").doubleValue());
    JsonNode stages = json.path("stages");
    assertEquals("[fetch, fetch_wait, decode, preprocess, infer, write]", names(stages).toString());
    assertEquals(3, stages.path("decode").path("count").intValue());
    assertEquals(1.004, stages.path("decode").path("seconds").doubleValue(), 1e-9);
    assertEquals(2, stages.path("decode").path("p50_ms").doubleValue(), 2 / 64.0);
    assertEquals(1000, stages.path("decode").path("p99_ms").doubleValue(), 1000 / 64.0);
    assertTrue(stages.path("infer").path("p50_ms").isNull());
    assertEquals(0.625, json.path("scores").path("mean").doubleValue());
    assertEquals(50, json.path("scores").path("histogram").size());
    assertEquals(1, json.path("scores").path("histogram").path(12).intValue());
    assertEquals(1, json.path("scores").path("histogram").path(49).intValue());
    assertEquals("[2.0,3.5]", json.path("embedding_mean").toString());
    assertEquals(
        "{\"get\":1,\"head\":2,\"list\":3,\"put\":4,\"post\":5,\"delete\":6,\"http\":21,"
            + "\"retries\":7,\"throttled\":8,\"bytes_read\":9,\"bytes_written\":10}",
        json.path("storage").toString());
    assertEquals("{\"reason\":\"no limit is set\"}", json.path("drift").toString());
  }

  @Test
  void everyNameIsSnakeCaseAtAnyDepth() throws IOException {
    JsonNode json = new ObjectMapper().readTree(manifest().json());
    var names = new TreeSet<String>();
    json.fieldNames().forEachRemaining(names::add);
    for (String object : List.of("model", "stages", "storage", "scores")) {
      names.addAll(names(json.path(object)));
    }
    names.addAll(names(json.path("stages").path("infer")));
    assertTrue(names.size() > 40, names.toString());
    for (String name : names) {
      assertTrue(name.matches("[a-z0-9]+(_[a-z0-9]+)*"), name);
    }
  }

  /** A thousand labels would bury the rest; they are in the model file. */
  @Test
  void theCardStandsThereWithoutItsLabels() throws IOException {
    JsonNode card = new ObjectMapper().readTree(manifest().json()).path("card");
    var expected = new TreeSet<>(CARD.toMetadata().keySet());
    expected.remove("repvit.labels");
    var found = new TreeSet<String>();
    card.fieldNames().forEachRemaining(found::add);
    assertEquals(expected, found);
  }

  @Test
  void theManifestAppearsWholeByARename() throws IOException {
    RunManifest manifest = manifest();
    manifest.write(key(), configuration);
    assertEquals(
        List.of("create _manifest.json.writing", "rename _manifest.json.writing manifest.json"),
        Recording.CALLS);
    assertEquals(manifest.json(), Files.readString(place()));
    assertEquals(Set.of("manifest.json"), beside());
  }

  @Test
  void theLeftoverOfAWriterThatDiedIsReplaced() throws IOException {
    Files.createDirectories(folder.resolve(RUN));
    Files.writeString(place().resolveSibling("_manifest.json.writing"), "x".repeat(100_000));
    RunManifest manifest = manifest();
    manifest.write(key(), configuration);
    assertEquals(manifest.json(), Files.readString(place()));
    assertEquals(Set.of("manifest.json"), beside());
  }

  @Test
  void aRenameThatFailsIsAnErrorAndNoManifest() throws IOException {
    Recording.renames = false;
    var e = assertThrows(IOException.class, () -> manifest().write(key(), configuration));
    assertTrue(String.valueOf(e.getMessage()).contains("manifest.json"), e.getMessage());
    assertFalse(Files.exists(place()));
  }

  private RunManifest manifest() {
    return RunManifest.of(
        key(),
        List.of("/in"),
        CARD,
        new ModelIdentity("v", "cd", "ef"),
        null,
        new Conditions("c 1; limit=2"),
        Instant.parse("2026-01-09T01:02:03Z"),
        Map.of("listing", 0.5),
        3,
        4,
        LeftOut.of(LeftOut.Rule.HIDDEN, 4).plus(LeftOut.of(LeftOut.Rule.DUPLICATES, 2)),
        new RunTotals(REPORT, 5, 3, 2, 2.5, new Drift.NotCompared("no limit is set")));
  }

  private static List<String> names(JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private RunKey key() {
    return new RunKey(folder.toUri().toString(), LocalDate.of(2026, 1, 9), "nightly");
  }

  private Path place() {
    return folder.resolve(RUN).resolve("manifest.json");
  }

  private Set<String> beside() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(RUN))) {
      return new TreeSet<>(files.map(f -> f.getFileName().toString()).toList());
    }
  }

  /** The local file system, with a record of what was called. */
  public static final class Recording extends RawLocalFileSystem {
    static final List<String> CALLS = new ArrayList<>();
    static boolean renames = true;

    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path path,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      CALLS.add("create " + path.getName());
      return super.create(path, overwrite, bufferSize, replication, blockSize, progress);
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      CALLS.add("rename " + from.getName() + " " + to.getName());
      return renames && super.rename(from, to);
    }
  }
}
