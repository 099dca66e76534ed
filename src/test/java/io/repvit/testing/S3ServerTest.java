package io.repvit.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("slow")
class S3ServerTest {
  private static final byte[] CONTENT = "what an object holds".getBytes(UTF_8);
  private static final Duration LATENCY = Duration.ofMillis(50);

  @TempDir static Path sharedFolder;
  private static S3Server shared;

  @TempDir Path folder;

  @BeforeAll
  static void startTheSharedServer() {
    shared = S3Server.start(sharedFolder);
  }

  @AfterAll
  static void closeTheSharedServer() {
    shared.close();
  }

  @Test
  void aListedObjectIsReadWithOneGetAndNoHead() throws Exception {
    shared.createBucket("uploaded");
    try (FileSystem fs = open(shared, "uploaded", Map.of())) {
      write(fs, "bag/00000.png");
      FileStatus listed = list(fs).get(0);
      assertEquals(CONTENT.length, listed.getLen());

      Requests before = Requests.of(fs);
      assertArrayEquals(CONTENT, readWhole(fs, listed));
      assertEquals(new Requests(0, 1), Requests.of(fs).minus(before));
    }
  }

  @Test
  void anObjectPutOnDiskIsListedAndReadLikeAnUploadedOne() throws Exception {
    shared.createBucket("put-on-disk");
    shared.put("put-on-disk", "coat/00007.png", CONTENT);
    try (FileSystem fs = open(shared, "put-on-disk", Map.of())) {
      List<FileStatus> listed = list(fs);
      assertEquals(1, listed.size());
      assertEquals("s3a://put-on-disk/coat/00007.png", listed.get(0).getPath().toString());

      Requests before = Requests.of(fs);
      assertArrayEquals(CONTENT, readWhole(fs, listed.get(0)));
      assertEquals(new Requests(0, 1), Requests.of(fs).minus(before));
    }
  }

  @Test
  void aWrongSecretKeyIsRefused() throws Exception {
    shared.createBucket("wrong-key");
    try (FileSystem fs = open(shared, "wrong-key", Map.of("fs.s3a.secret.key", "not the secret"))) {
      AccessDeniedException refused =
          assertThrows(AccessDeniedException.class, () -> write(fs, "bag/00000.png"));
      assertTrue(refused.toString().contains("SignatureDoesNotMatch"), refused::toString);
    }
  }

  @Test
  void everyRequestWaitsForTheLatencyAskedFor() throws Exception {
    try (S3Server server = S3Server.start(folder, LATENCY)) {
      server.createBucket("images");
      try (FileSystem fs = open(server, "images", Map.of())) {
        write(fs, "bag/00000.png");
        FileStatus listed = list(fs).get(0);
        for (int i = 0; i < 5; i++) {
          assertDelayed("LIST", () -> list(fs));
          assertDelayed("HEAD", () -> fs.getFileStatus(listed.getPath()));
          assertDelayed("GET", () -> readWhole(fs, listed));
        }
      }
    }
  }

  @Test
  void serversInParallelShareNothing() throws Exception {
    try (S3Server one = S3Server.start(folder);
        S3Server two = S3Server.start(folder)) {
      assertNotEquals(one.endpoint(), two.endpoint());
      assertNotEquals(
          one.hadoopProperties().get("fs.s3a.secret.key"),
          two.hadoopProperties().get("fs.s3a.secret.key"));
      one.createBucket("images");
      two.createBucket("images");
      try (FileSystem first = open(one, "images", Map.of());
          FileSystem second = open(two, "images", Map.of())) {
        write(first, "bag/00000.png");
        assertEquals(1, list(first).size());
        assertEquals(0, list(second).size());
      }
    }
  }

  @Test
  void theProcessIsGoneAfterClose() {
    S3Server server = S3Server.start(folder);
    assertTrue(server.process().isAlive());
    server.close();
    assertFalse(server.process().isAlive());
  }

  @Test
  void theServerDiesWithTheJvmThatStartedIt() throws Exception {
    Path images = Files.createDirectory(folder.resolve("images"));
    Process script =
        new ProcessBuilder(
                java(),
                "-Drepvit.s3proxy.jar=" + S3Proxy.JAR.toAbsolutePath(),
                "-cp",
                Path.of(S3Server.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                    .toString(),
                S3Server.class.getName(),
                folder.toString(),
                "0",
                "images=" + images)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> printed = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(script.getInputStream(), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        printed.add(line);
        if (line.equals("# ready")) {
          break;
        }
      }
      assertTrue(printed.contains("spark.hadoop.fs.s3a.path.style.access true"), printed::toString);
      List<ProcessHandle> servers = script.descendants().toList();
      assertEquals(1, servers.size());

      script.destroyForcibly().waitFor();
      servers.get(0).onExit().get(10, TimeUnit.SECONDS);
    }
  }

  @Test
  void aFailedStartShowsWhatTheChildSaid() throws Exception {
    Path log = folder.resolve("server.log");
    Process child =
        new ProcessBuilder(java(), "no.such.Main")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    IllegalStateException failed =
        assertThrows(IllegalStateException.class, () -> S3Proxy.awaitPort(child, log));
    assertTrue(failed.toString().contains("exited with code 1"), failed::toString);
    assertTrue(failed.toString().contains("no.such.Main"), failed::toString);
  }

  @Test
  void aNegativeLatencyIsRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> S3Server.start(folder, Duration.ofMillis(-1)));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static FileSystem open(S3Server server, String bucket, Map<String, String> overrides)
      throws IOException {
    Configuration configuration = new Configuration(false);
    configuration.addResource("core-default.xml");
    server.hadoopProperties().forEach(configuration::set);
    overrides.forEach(configuration::set);
    return FileSystem.newInstance(URI.create("s3a://" + bucket + "/"), configuration);
  }

  private static void assertDelayed(String request, Callable<?> call) throws Exception {
    long begin = System.nanoTime();
    call.call();
    long ms = (System.nanoTime() - begin) / 1_000_000;
    assertTrue(ms >= LATENCY.toMillis(), request + " took " + ms + " ms");
  }

  private static void write(FileSystem fs, String key) throws IOException {
    try (var out = fs.create(new org.apache.hadoop.fs.Path(fs.getUri() + "/" + key))) {
      out.write(CONTENT);
    }
  }

  private static List<FileStatus> list(FileSystem fs) throws IOException {
    RemoteIterator<LocatedFileStatus> files =
        fs.listFiles(new org.apache.hadoop.fs.Path("/"), true);
    List<FileStatus> listed = new ArrayList<>();
    while (files.hasNext()) {
      listed.add(files.next());
    }
    return listed;
  }

  private static byte[] readWhole(FileSystem fs, FileStatus listed) throws Exception {
    try (FSDataInputStream in =
        fs.openFile(listed.getPath())
            .opt("fs.option.openfile.read.policy", "whole-file")
            .withFileStatus(listed)
            .build()
            .get()) {
      return in.readAllBytes();
    }
  }

  /** What a file system has sent so far, by Hadoop's own count. */
  private record Requests(long head, long get) {
    static Requests of(FileSystem fs) {
      Map<String, Long> counters = ((IOStatisticsSource) fs).getIOStatistics().counters();
      return new Requests(
          requireNonNull(counters.get("action_http_head_request")),
          requireNonNull(counters.get("action_http_get_request")));
    }

    Requests minus(Requests earlier) {
      return new Requests(head - earlier.head, get - earlier.get);
    }
  }
}
