package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.repvit.testing.FaultProxy;
import io.repvit.testing.FaultProxy.Request;
import io.repvit.testing.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the manifest tells of storage is what a proxy before the server has seen. */
@Tag("slow")
class TrafficTest {
  @TempDir static Path folder;
  private static S3Server s3;
  private static FaultProxy proxy;
  private static Map<String, String> spark;

  @BeforeAll
  static void start() throws Exception {
    s3 = S3Server.start(folder);
    proxy = FaultProxy.before(s3.endpoint());
    spark = Cli.sparkConf(s3);
    spark.put("spark.hadoop.fs.s3a.endpoint", proxy.endpoint().toString());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    s3.close();
  }

  @Test
  void requestsRetriesAndBytesAreThoseThatTheServerSaw() throws Exception {
    Path input = folder.resolve("input");
    Samples.garments(input, 2);
    s3.createBucket("traffic-images");
    Path tables = s3.createBucket("traffic-tables");
    long bytes = 0;
    for (String file : Tables.filesBelow(input)) {
      byte[] content = Files.readAllBytes(input.resolve(file));
      s3.put("traffic-images", file, content);
      bytes += content.length;
    }
    var gets = new AtomicInteger();
    proxy.rule(
        request ->
            request.isGet()
                    && request.bucket().equals("traffic-images")
                    && gets.incrementAndGet() % 5 == 0
                ? new FaultProxy.Fate.Refused(503, "SlowDown", "Please reduce your request rate.")
                : new FaultProxy.Fate.Served());
    // A renewal of the lease can come after the manifest's count: none in the first minutes.
    Cli.classify(
            spark,
            "s3a://traffic-images/",
            "s3a://traffic-tables/run",
            "--partitions",
            "3",
            "--lease-timeout",
            "3600")
        .done();
    JsonNode storage = Tables.manifest(tables.resolve("run")).get("storage");
    // The manifest tells what came before it was written, which S3A begins with a look at its
    // place.
    List<Request> all = proxy.seen();
    int writing = 0;
    while (!all.get(writing).method().equals("PUT") || !all.get(writing).key().contains("/runs/")) {
      writing++;
    }
    var seen = new TreeMap<String, Long>();
    all.subList(0, writing - 1).forEach(r -> seen.merge(kind(r), 1L, Long::sum));
    long refused = gets.get() / 5;
    assertEquals(20, gets.get() - refused, "every image once");
    assertEquals(refused, storage.get("retries").asLong());
    assertEquals(writing - 1, storage.get("http").asLong());
    assertEquals(seen.getOrDefault("GET", 0L) - refused, storage.get("get").asLong());
    for (String kind : List.of("HEAD", "LIST", "PUT", "POST", "DELETE")) {
      assertEquals(
          seen.getOrDefault(kind, 0L), storage.get(kind.toLowerCase(Locale.ROOT)).asLong(), kind);
    }
    assertTrue(storage.get("bytes_read").asLong() > bytes, storage::toString);
    assertTrue(storage.get("bytes_written").asLong() > bytesBelow(tables), storage::toString);
  }

  private static long bytesBelow(Path tables) throws Exception {
    long bytes = 0;
    for (String file : Tables.filesBelow(tables)) {
      bytes += file.endsWith(".parquet") ? Files.size(tables.resolve(file)) : 0;
    }
    return bytes;
  }

  private static String kind(Request request) {
    return request.method().equals("GET") && request.key().isEmpty() ? "LIST" : request.method();
  }
}
