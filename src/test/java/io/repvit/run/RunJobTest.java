package io.repvit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.UserException;
import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import io.repvit.cli.Sparks;
import io.repvit.cli.Tables;
import io.repvit.inference.ModelException;
import io.repvit.source.Input;
import io.repvit.table.RunKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is started from Java, without the command line. */
class RunJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path images;
  private SparkSession spark;

  @BeforeAll
  static void write() throws Exception {
    images = folder.resolve("images");
    Samples.garments(images, 2);
    Files.writeString(images.resolve("broken.png"), "no image");
  }

  @BeforeEach
  void start() throws Exception {
    spark = Cli.with(Map.of(), () -> Sparks.open("test"));
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  private static Path local(org.apache.hadoop.fs.Path path) {
    return Path.of(path.toUri().getPath());
  }

  private static RunKey key(String output, String id) {
    return new RunKey(folder.resolve(output).toString(), LocalDate.parse(Tables.DATE), id);
  }

  private static RunJob.Builder job(RunKey key) {
    return RunJob.builder(new Input.Files(List.of(images.toString())), Cli.MODEL.toString(), key);
  }

  @Test
  void theExampleOfTheDocumentationWorks() throws Exception {
    RunKey key = new RunKey(folder.resolve("example").toString(), LocalDate.now(), "nightly");
    RunJob job =
        RunJob.builder(new Input.Files(List.of(images.toString())), Cli.MODEL.toString(), key)
            .build();
    if (job.run(spark) instanceof RunEnd.Published published) {
      assertEquals(Files.readString(local(key.manifest())), published.manifest().json());
      return;
    }
    throw new AssertionError("the run is not published");
  }

  @Test
  void theManifestIsThatOfTheCommandLine() throws Exception {
    RunKey java = key("java", Tables.RUN);
    assertInstanceOf(RunEnd.Published.class, job(java).build().run(spark));
    RunKey command = key("command", Tables.RUN);
    Cli.classify(images, folder.resolve("command")).done();
    assertEquals(manifest(command), manifest(java));
    try (Tables a = Tables.open(folder.resolve("java"));
        Tables b = Tables.open(folder.resolve("command"))) {
      for (String table : List.of("predictions", "quarantine")) {
        String rows =
            "select cast(t as varchar) from (select * exclude (%s) from %s) t order by path";
        String times = table.equals("predictions") ? "predicted_at" : "attempt";
        assertEquals(
            b.rows(rows.formatted(times, table)), a.rows(rows.formatted(times, table)), table);
      }
    }
  }

  /** Without times, and what depends on them. */
  private static JsonNode manifest(RunKey key) throws Exception {
    var json = (ObjectNode) JSON.readTree(local(key.manifest()).toFile());
    json.remove(
        List.of(
            "started_at",
            "finished_at",
            "classify_seconds",
            "images_per_second",
            "core_seconds",
            "images_per_second_per_core",
            "stages",
            "storage",
            "phases"));
    return json;
  }

  @Test
  void aSecondRunFindsNothingNewAndWritesNothing() throws Exception {
    assertInstanceOf(RunEnd.Published.class, job(key("twice", "first")).build().run(spark));
    RunEnd second = job(key("twice", "second")).build().run(spark);
    assertEquals(21, assertInstanceOf(RunEnd.NothingNew.class, second).listed());
    assertTrue(Files.notExists(local(key("twice", "second").manifest())));
    RunEnd anew = job(key("twice", "third")).rescore(true).build().run(spark);
    assertEquals(20, assertInstanceOf(RunEnd.Published.class, anew).manifest().predicted());
  }

  @Test
  void aPageThatCannotBeWrittenWithdrawsTheRun() {
    RunKey key = key("withdrawn", "first");
    var failed = new IOException("the page is not written");
    RunJob job =
        job(key)
            .page(
                (published, manifest, metrics, configuration) -> {
                  assertTrue(Files.exists(local(key.folder("predictions"))));
                  throw failed;
                })
            .build();
    assertEquals(failed, assertThrows(IOException.class, () -> job.run(spark)));
    assertTrue(Files.notExists(local(key.folder("predictions"))));
    assertTrue(Files.notExists(local(key.manifest())));
  }

  @Test
  void aMissingInputOrModelIsRefusedAndLeavesNoFile() throws Exception {
    RunKey key = key("refused", "first");
    assertThrows(
        UserException.class,
        () ->
            RunJob.builder(
                    new Input.Files(List.of(folder.resolve("none").toString())),
                    Cli.MODEL.toString(),
                    key)
                .build()
                .run(spark));
    assertThrows(
        ModelException.class,
        () ->
            RunJob.builder(new Input.Files(List.of(images.toString())), "none.onnx", key)
                .build()
                .run(spark));
    assertEquals(List.of(), Tables.filesBelow(folder.resolve("refused")));
  }
}
