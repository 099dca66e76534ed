package io.repvit.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.cli.ClassifyCall;
import io.repvit.cli.Cli;
import io.repvit.cli.Samples;
import io.repvit.cli.Sparks;
import io.repvit.predict.ImageClassifier;
import io.repvit.testing.Await;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plugin, seen through Spark's Prometheus servlet. */
class MetricsPluginTest {
  private static final String EXECUTOR = "executor_driver_";

  @TempDir Path folder;

  @Test
  void theServletShowsTheNumbersOfTheManifest() throws Exception {
    Path images = folder.resolve("images");
    Samples.garments(images, 3);
    Samples.broken(images);
    try (SparkSession spark = Cli.with(Scrape.PROPERTIES, () -> Sparks.open("test"))) {
      Map<String, Double> before = Scrape.values(spark);
      ClassifyCall call =
          ClassifyCall.run(
              spark,
              Map.of(
                  "model", Cli.MODEL.toString(),
                  "input", List.of(images.toString()),
                  "output", folder.resolve("out").toString(),
                  "wave-images", 12,
                  "max-quarantine-rate", 0.9));
      assertEquals(0, call.exitCode(), call.message());
      JsonNode manifest = new ObjectMapper().readTree(call.manifest());
      assertEquals(36, manifest.get("listed").asInt());
      Await.until(
          "the last message of the executor arrives",
          () -> increase(EXECUTOR + "images", before, Scrape.values(spark)) >= 36);

      Map<String, Double> after = Scrape.values(spark);
      assertEquals(36, increase(EXECUTOR + "images", before, after));
      assertTrue(manifest.get("waves").asInt() > 1);
      assertEquals(manifest.get("waves").asInt(), increase("waves_planned", before, after));
      assertEquals(manifest.get("waves").asInt(), increase("waves_done", before, after));
      assertEquals(manifest.get("bytes").asLong(), increase(EXECUTOR + "bytes", before, after));
      JsonNode stages = manifest.get("stages");
      assertEquals(
          stages.get("infer").get("count").asLong(), increase(EXECUTOR + "batches", before, after));
      for (String stage : List.of("fetch_wait", "decode", "preprocess", "infer", "write")) {
        double seconds = increase(EXECUTOR + "stage_seconds_" + stage, before, after);
        assertEquals(stages.get(stage).get("seconds").asDouble(), seconds, 1e-6);
      }
      JsonNode reasons = manifest.get("quarantine_reasons");
      assertTrue(reasons.size() >= 5, reasons.toString());
      for (String reason : (Iterable<String>) reasons::fieldNames) {
        String metric = EXECUTOR + "quarantined_" + reason.replace('/', '_');
        assertEquals(reasons.get(reason).asLong(), increase(metric, before, after), reason);
      }
      assertEquals(0, after.get(EXECUTOR + "session_handles"));
      assertTrue(Objects.requireNonNull(after.get(EXECUTOR + "sessions")) >= 1);
      double resident = Objects.requireNonNull(after.get(EXECUTOR + "resident_bytes"));
      assertTrue(resident > 100e6 && resident < 20e9, resident + " bytes");
      assertTrue(Objects.requireNonNull(after.get(EXECUTOR + "heap_committed_bytes")) > 10e6);
      assertTrue(Objects.requireNonNull(after.get(EXECUTOR + "direct_buffer_bytes")) > 0);

      long transformed =
          new ImageClassifier()
              .setModel(Cli.MODEL.toString())
              .setInputCol("content")
              .transform(
                  spark
                      .read()
                      .format("binaryFile")
                      .option("recursiveFileLookup", true)
                      .load(images.toString()))
              .where("prediction.label is not null or prediction.error is not null")
              .count();
      assertTrue(transformed > 30, transformed + " rows");
      Await.until(
          "the images of the transformer are counted",
          () -> increase(EXECUTOR + "images", after, Scrape.values(spark)) == transformed);
    }
  }

  private static double increase(
      String metric, Map<String, Double> before, Map<String, Double> after) {
    return after.getOrDefault(metric, 0.0) - before.getOrDefault(metric, 0.0);
  }

  @Test
  void residentMemoryIsReadFromTheStatusOfTheProcess() {
    assertEquals(
        OptionalLong.of(2048), ProcessMemory.resident("Name:\tjava\nVmRSS:\t       2 kB\nx: 1\n"));
    assertEquals(OptionalLong.empty(), ProcessMemory.resident("Name:\tjava\n"));
  }
}
