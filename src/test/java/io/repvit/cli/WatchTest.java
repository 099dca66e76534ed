package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves in the metrics file, and what it tells OpenLineage. */
class WatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path images;

  @BeforeAll
  static void write() throws IOException {
    images = folder.resolve("images");
    Samples.garments(images, 2);
    Samples.broken(images);
  }

  @Test
  void aRunAndItsFailuresAreTold() throws Exception {
    Path output = folder.resolve("out");
    Path file = folder.resolve("last.prom");
    Path events = folder.resolve("events.jsonl");
    String[] told = {
      "--metrics-file",
      file.toString(),
      "--openlineage",
      events.toString(),
      "--rescore",
      "--max-image-bytes",
      Samples.MAX_IMAGE_BYTES
    };
    Cli.classify(images, output, with(told, "--max-quarantine-rate", "0.9")).done();
    JsonNode manifest = Tables.manifest(output);
    Map<String, Double> metrics = metrics(file, output);
    assertEquals(0, metrics.get("exit_code"));
    assertEquals(20, metrics.get("images,table=predictions"));
    assertEquals(6, metrics.get("images,table=quarantine"));
    assertEquals(manifest.get("bytes").asDouble(), metrics.get("bytes"));
    assertEquals(manifest.get("images_per_second").asDouble(), metrics.get("images_per_second"));
    assertEquals(1, metrics.get("waves"));
    for (String reason : (Iterable<String>) manifest.get("quarantine_reasons")::fieldNames) {
      String[] parts = reason.split("/");
      assertEquals(
          manifest.get("quarantine_reasons").get(reason).asDouble(),
          metrics.get("quarantined,stage=" + parts[0] + ",code=" + parts[1]));
    }
    String sha256 = manifest.get("model").get("model_sha256").asText();
    assertEquals(
        1,
        metrics.get(
            "info,run_date=%s,run_id=%s,model_sha256=%s"
                .formatted(Tables.DATE, Tables.RUN, sha256)));
    for (String stage : List.of("decode", "infer", "write")) {
      assertEquals(
          manifest.get("stages").get(stage).get("seconds").asDouble(),
          metrics.get("stage_seconds,stage=" + stage));
    }
    double success = Objects.requireNonNull(metrics.get("success_time_seconds"));
    assertEquals(Objects.requireNonNull(metrics.get("end_time_seconds")), success);
    assertTrue(Objects.requireNonNull(metrics.get("start_time_seconds")) < success);

    assertEquals(4, Cli.classify(images, output, with(told, "--run-id", "limit")).exit());
    metrics = metrics(file, output);
    assertEquals(4, metrics.get("exit_code"));
    assertEquals(20, metrics.get("images,table=predictions"));
    assertEquals(
        success,
        Objects.requireNonNull(metrics.get("success_time_seconds")),
        "the last success is kept");
    assertTrue(Objects.requireNonNull(metrics.get("end_time_seconds")) > success);

    assertEquals(2, Cli.classify(images, output, with(told, "--model", "none.onnx")).exit());
    metrics = metrics(file, output);
    assertEquals(
        List.of("end_time_seconds", "exit_code", "start_time_seconds", "success_time_seconds"),
        List.copyOf(metrics.keySet()));
    assertEquals(2, metrics.get("exit_code"));
    assertEquals(List.of("last.prom"), names("last.prom"));

    assertEvents(events, output, sha256);
  }

  private static void assertEvents(Path file, Path output, String sha256) throws IOException {
    var events = new ArrayList<JsonNode>();
    for (String line : Files.readAllLines(file)) {
      events.add(JSON.readTree(line));
    }
    assertEquals(
        List.of("START", "COMPLETE", "START", "FAIL", "START", "FAIL"),
        events.stream().map(e -> e.get("eventType").asText()).toList());
    for (JsonNode event : events) {
      assertEquals("repvit", event.at("/job/namespace").asText());
      assertEquals("classify:" + output, event.at("/job/name").asText());
      assertEquals("file", event.at("/inputs/0/namespace").asText());
      assertEquals(images.toString(), event.at("/inputs/0/name").asText());
      assertEquals(
          List.of(output + "/predictions", output + "/quarantine"),
          event.get("outputs").findValuesAsText("name").stream()
              .filter(name -> name.startsWith("/"))
              .toList());
    }
    for (int i = 0; i < events.size(); i += 2) {
      assertEquals(events.get(i).at("/run/runId"), events.get(i + 1).at("/run/runId"));
    }
    JsonNode complete = events.get(1);
    assertEquals(26, complete.at("/inputs/0/inputFacets/inputStatistics/rowCount").asInt());
    assertEquals(sha256, complete.at("/inputs/1/facets/version/datasetVersion").asText());
    assertEquals(20, complete.at("/outputs/0/outputFacets/outputStatistics/rowCount").asInt());
    assertEquals(6, complete.at("/outputs/1/outputFacets/outputStatistics/rowCount").asInt());
    JsonNode run = complete.at("/run/facets/repvit_classification");
    assertEquals(sha256, run.get("modelSha256").asText());
    assertEquals(1, run.get("quarantineReasons").get("decode/TRUNCATED").asInt());
    JsonNode limit = events.get(3);
    assertEquals(4, limit.at("/run/facets/repvit_classification/exitCode").asInt());
    assertFalse(
        limit
            .at("/inputs/0/inputFacets/dataQualityAssertions/assertions/0/success")
            .asBoolean(true));
    String message = events.get(5).at("/run/facets/errorMessage/message").asText();
    assertTrue(message.contains("none.onnx"), message);
  }

  @Test
  void anEndpointThatFailsIsAWarning() throws Exception {
    List<String> got = Collections.synchronizedList(new ArrayList<>());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          got.add(
              exchange.getRequestURI()
                  + " "
                  + JSON.readTree(exchange.getRequestBody()).get("eventType").asText());
          exchange.sendResponseHeaders(got.size() == 1 ? 201 : 503, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      Path few = folder.resolve("few");
      Samples.garments(few, 1);
      Cli.Ended ended = Cli.classify(few, folder.resolve("http"), "--openlineage", url).done();
      assertEquals(List.of("/api/v1/lineage START", "/api/v1/lineage COMPLETE"), got);
      List<String> warnings = ended.err().lines().filter(l -> l.contains("warning")).toList();
      assertEquals(
          List.of(
              "repvit classify: warning: openlineage does not get the last event of this run: it"
                  + " answers 503"),
          warnings);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void placesThatCannotWorkAreRefusedBeforeTheRun() {
    assertTrue(refusal("--metrics-file", folder.resolve("x.txt").toString()).contains(".prom"));
    assertTrue(refusal("--metrics-file", folder.resolve("no/x.prom").toString()).contains("no"));
    assertTrue(refusal("--openlineage", folder.resolve("no/x").toString()).contains("openlineage"));
    assertTrue(refusal("--openlineage", "http://a b").contains("openlineage"));
    assertTrue(refusal("--openlineage", "https://me:pw@host/").contains("a URI with credentials"));
  }

  private static String refusal(String... more) {
    return Cli.classify(images, folder.resolve("refused"), more).refusal();
  }

  private static String[] with(String[] args, String... more) {
    var all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private static List<String> names(String prefix) throws IOException {
    return Samples.children(folder).stream()
        .map(p -> p.getFileName().toString())
        .filter(name -> name.startsWith(prefix))
        .toList();
  }

  /** The values by name and labels, without what all have. */
  private static Map<String, Double> metrics(Path file, Path output) throws IOException {
    var values = new TreeMap<String, Double>();
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("#")) {
        int space = line.lastIndexOf(' ');
        assertTrue(line.contains("{output=\"" + output + "\""), line);
        String series =
            line.substring(0, space)
                .replace("repvit_last_run_", "")
                .replace("{output=\"" + output + "\"", "")
                .replace("}", "")
                .replace("\"", "");
        values.put(series, Double.valueOf(line.substring(space + 1)));
      }
    }
    return values;
  }
}
