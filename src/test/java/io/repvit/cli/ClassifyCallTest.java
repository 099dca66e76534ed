package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.LocalSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that a program with a session of its own starts. */
class ClassifyCallTest {
  @TempDir static Path folder;
  private static Path images;
  private static Path ofCommand;
  private static SparkSession spark;

  @BeforeAll
  static void classifyWithTheCommand() throws Exception {
    images = folder.resolve("images");
    ofCommand = folder.resolve("of-command");
    Samples.garments(images, 1);
    // The command closes its session, so it runs before there is another one.
    Cli.classify(images, ofCommand, "--top-k", "3").done();
    SparkSession.Builder builder = SparkSession.builder();
    LocalSpark.PROPERTIES.forEach(builder::config);
    spark = builder.getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void publishesTheRowsOfTheCommandOnce() throws Exception {
    Path output = folder.resolve("output");

    ClassifyCall published = call(output, Map.of("top-k", 3));
    assertEquals("", published.message());
    assertEquals(ExitCode.DONE, published.exitCode());
    assertEquals(Tables.manifest(output), new ObjectMapper().readTree(published.manifest()));
    assertEquals(Tables.answersByContent(ofCommand), Tables.answersByContent(output));

    ClassifyCall again = call(output, Map.of("top-k", 3, "run-id", "again"));
    assertEquals(ExitCode.NOTHING_NEW, again.exitCode());
    assertTrue(again.message().startsWith("nothing new: all 10 in "), again.message());
    assertEquals("", again.manifest());
    assertFalse(spark.sparkContext().isStopped());
  }

  @Test
  void namesTheLimitThatPreventsPublication() throws Exception {
    Path broken = folder.resolve("broken");
    Samples.broken(broken);
    ClassifyCall call = call(folder.resolve("limit"), Map.of("input", List.of(broken.toString())));
    assertEquals(ExitCode.LIMIT_EXCEEDED, call.exitCode());
    assertTrue(call.message().contains("max-quarantine-rate"), call.message());
  }

  @Test
  void refusesWrongSettings() {
    Map.<Map<String, Object>, String>of(
            Map.of("topk", 3), "the call has unknown keys [topk]",
            Map.of("top-k", "many"), "setting top-k: the call: found 'many', expected an integer",
            Map.of("nothing-new-code", 0), "nothing-new-code does not apply to a call",
            Map.of("model", "/absent.onnx"), "model /absent.onnx")
        .forEach(
            (settings, message) -> {
              Path output = folder.resolve("refused");
              ClassifyCall call = call(output, settings);
              assertEquals(ExitCode.BAD_INPUT, call.exitCode(), call.message());
              assertTrue(call.message().startsWith(message), call.message());
              assertFalse(Files.exists(output));
            });
  }

  private static ClassifyCall call(Path output, Map<String, Object> more) {
    var settings = new HashMap<String, Object>();
    settings.put("model", Cli.MODEL.toString());
    settings.put("input", List.of(images.toString()));
    settings.put("output", output.toString());
    settings.put("date", Tables.DATE);
    settings.put("run-id", Tables.RUN);
    settings.putAll(more);
    return ClassifyCall.run(spark, settings);
  }
}
