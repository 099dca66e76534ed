package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.FaultProxy.Request;
import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a dry run tells of the cost of a run. */
@Tag("slow")
class ForecastTest {
  private static final List<String> KINDS = List.of("GET", "HEAD", "LIST", "PUT", "POST", "DELETE");

  @TempDir Path folder;

  /** Forecast and count differ by a few requests, which depend on the order of events. */
  @Test
  void requestsAreThoseThatTheServerCounts() throws Exception {
    try (S3Server s3 = S3Server.start(folder);
        FaultProxy proxy = FaultProxy.before(s3.endpoint())) {
      Map<String, String> spark = Cli.sparkConf(s3);
      spark.put("spark.hadoop.fs.s3a.endpoint", proxy.endpoint().toString());
      s3.createBucket("forecast-tables");
      s3.createBucket("forecast-images");
      Path input = folder.resolve("input");
      Samples.garments(input, 2);
      for (String file : Tables.filesBelow(input)) {
        s3.put("forecast-images", file, Files.readAllBytes(input.resolve(file)));
      }
      for (int[] division : new int[][] {{3, 1}, {8, 2}, {8, 4}}) {
        List<String> args =
            new ArrayList<>(
                List.of(
                    "--partitions",
                    "" + division[0],
                    "--wave-images",
                    "" + 20 / division[1],
                    // Without renewals, whose number depends on the machine.
                    "--lease-timeout",
                    "1h"));
        String output = "s3a://forecast-tables/%d-%d".formatted(division[0], division[1]);
        JsonNode dry = dry(spark, "s3a://forecast-images/", output, args);
        int before = proxy.seen().size();
        Map<String, Long> ofDryRun = count(proxy.seen().subList(0, before));
        ofDryRun.keySet().retainAll(List.of("PUT", "POST", "DELETE"));
        if (division[1] == 1) {
          assertEquals(Map.of(), ofDryRun, "a dry run writes nothing");
        }
        assertEquals(division[0], dry.path("tasks").asInt());
        assertEquals(division[1], dry.path("waves").asInt());
        assertEquals(20, dry.path("images").asInt());

        Cli.classify(spark, "s3a://forecast-images/", output, args.toArray(String[]::new)).done();
        List<Request> all = proxy.seen();
        Map<String, Long> counted = count(all.subList(before, all.size()));
        JsonNode requests = dry.path("requests");
        for (String kind : KINDS) {
          long found = counted.getOrDefault(kind, 0L);
          assertEquals(
              found,
              requests.path(kind.toLowerCase(Locale.ROOT)).asLong(),
              4 + 0.1 * found,
              () -> kind + " of " + counted + ", forecast " + requests);
        }
        assertEquals(
            requests.path("get").asLong() + requests.path("head").asLong(),
            requests.path("reads").asLong());
      }
    }
  }

  private static Map<String, Long> count(List<Request> requests) {
    var seen = new TreeMap<String, Long>();
    for (Request request : requests) {
      boolean list = request.method().equals("GET") && request.key().isEmpty();
      seen.merge(list ? "LIST" : request.method(), 1L, Long::sum);
    }
    return seen;
  }

  private static JsonNode dry(
      Map<String, String> spark, String input, String output, List<String> more) throws Exception {
    var args = new ArrayList<>(List.of("--dry-run", "--json"));
    args.addAll(more);
    Cli.Ended ended = Cli.classify(spark, input, output, args.toArray(String[]::new)).done();
    return new ObjectMapper().readTree(ended.out());
  }

  @Test
  void timeAndMoneyFollowFromASampleAndNothingIsWritten() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 4);
    Path output = folder.resolve("tables");
    List<String> prices =
        List.of(
            "--cores",
            "3",
            "--sample-seconds",
            "2",
            "--price-per-core-hour",
            "36",
            "--price-per-1000-reads",
            "5");
    JsonNode dry = dry(Map.of(), input.toString(), output.toString(), prices);
    assertFalse(Files.exists(output), "a dry run writes nothing");
    JsonNode sample = dry.path("calibration");
    assertEquals(2, sample.path("tasks").asInt(), sample::toString);
    assertTrue(sample.path("images").asLong() > 0, sample::toString);
    assertTrue(sample.path("milliseconds_per_image").path("infer").asDouble() > 0);
    double seconds =
        dry.path("planning_seconds").asDouble()
            + 40 / sample.path("images_per_second_per_core").asDouble() / 3;
    assertEquals(seconds, dry.path("seconds").asDouble(), 1e-9);
    assertEquals(3 * seconds / 100, dry.path("money").path("cores").asDouble(), 1e-9);
    assertEquals(0, dry.path("money").path("reads").asDouble(), "no request to S3");
    assertFalse(dry.path("money").has("writes"));

    // Of an output with runs, the files stay as they are, the scored index too.
    Cli.classify(input, output).done();
    Map<String, FileTime> before = times(output);
    Files.copy(NightlyRuns.garment(), input.resolve("new.png"));
    String text = Cli.classify(input, output, "--run-id", "b", "--dry-run").done().out();
    assertTrue(text.startsWith("1 objects of ") && text.contains("; 40 skipped"), text);
    assertTrue(text.contains("requests     0 GET, "), text);
    assertFalse(text.contains("hours"), text);
    assertEquals(before, times(output));
  }

  private static Map<String, FileTime> times(Path folder) throws Exception {
    var times = new TreeMap<String, FileTime>();
    for (String file : Tables.filesBelow(folder)) {
      times.put(file, Files.getLastModifiedTime(folder.resolve(file)));
    }
    return times;
  }

  @Test
  void theImagesOfShardsAreEstimatedAndAUselessSampleIsRefused() throws Exception {
    Path images = folder.resolve("members");
    Samples.garments(images, 4);
    Path shards = Files.createDirectory(folder.resolve("packed"));
    try (var tar =
        new TarArchiveOutputStream(Files.newOutputStream(shards.resolve("0.tar")), 1024)) {
      for (String image : Tables.filesBelow(images)) {
        tar.putArchiveEntry(new TarArchiveEntry(images.resolve(image), image));
        Files.copy(images.resolve(image), tar);
        tar.closeArchiveEntry();
      }
    }
    List<String> sample = List.of("--cores", "1", "--sample-seconds", "1");
    var args = new ArrayList<>(sample);
    args.addAll(List.of("--input-format", "webdataset"));
    JsonNode dry = dry(Map.of(), shards.toString(), folder + "/shards", args);
    assertTrue(dry.path("images_estimated").asBoolean());
    assertEquals(40, dry.path("images").asDouble(), 10, dry::toString);

    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("a.png"), "no image");
    var none = new ArrayList<>(List.of("--dry-run"));
    none.addAll(sample);
    String line =
        Cli.classify(broken, folder.resolve("none"), none.toArray(String[]::new)).refusal();
    assertTrue(line.contains("no image of the sample could be classified"), line);
    assertTrue(line.contains("decode/UNRECOGNISED"), line);
  }
}
