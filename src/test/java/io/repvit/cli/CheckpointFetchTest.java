package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.checkpoint.Sha256;
import io.repvit.testing.HttpsFiles;
import io.repvit.testing.S3Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("slow")
class CheckpointFetchTest {
  private static final Path FILE = Path.of("src/test/resources/checkpoint/plain.bin");
  private static final String WRONG = "0".repeat(64);

  @TempDir private Path folder;

  @Test
  void aDownloadIsKeptByItsHashAndFetchedOnce() throws Exception {
    byte[] content = Files.readAllBytes(FILE);
    String sha256 = Sha256.of(content);
    try (HttpsFiles server = HttpsFiles.start()) {
      server.on("/", e -> HttpsFiles.serve(e, content, content.length));
      CheckpointFetch fetch = fetch(server);
      Path first = fetch.local(server.uri("/a/plain.bin?token=secret").toString(), sha256);
      assertEquals(folder.resolve("cache").resolve(sha256).resolve("plain.bin"), first);
      assertArrayEquals(content, Files.readAllBytes(first));
      assertEquals(first, fetch.local(server.uri("/b/other").toString(), sha256));
      assertEquals(List.of("GET /a/plain.bin?token=secret"), server.requests());
    }
  }

  @Test
  void aFileThatWasDamagedInTheCacheIsFetchedAgain() throws Exception {
    byte[] content = Files.readAllBytes(FILE);
    String sha256 = Sha256.of(content);
    try (HttpsFiles server = HttpsFiles.start()) {
      server.on("/", e -> HttpsFiles.serve(e, content, content.length));
      CheckpointFetch fetch = fetch(server);
      Files.writeString(fetch.local(server.uri("/f").toString(), sha256), "damaged");
      assertArrayEquals(
          content, Files.readAllBytes(fetch.local(server.uri("/f").toString(), sha256)));
    }
  }

  @Test
  void anotherFileThanThePinnedOneIsRefusedAndNotKept() throws Exception {
    byte[] content = Files.readAllBytes(FILE);
    try (HttpsFiles server = HttpsFiles.start()) {
      server.on("/", e -> HttpsFiles.serve(e, content, content.length));
      String uri = server.uri("/f?token=secret").toString();
      var e = assertThrows(UserException.class, () -> fetch(server).local(uri, WRONG));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("/f has SHA-256 " + Sha256.of(content)), message);
      assertFalse(message.contains("secret"), message);
    }
    assertEquals(List.of(), files(folder.resolve("cache")));
  }

  @ParameterizedTest
  @CsvSource({
    "https://h/f?token=secret, 'checkpoint https://h/f has no pinned hash, which https requires; add --sha256'",
    "http://h/f?token=secret, 'checkpoint http://h/f has scheme http, expected https'",
    "'https://h/a b', checkpoint is not a valid URI",
    "nowhere.pth, checkpoint nowhere.pth does not exist or is not a regular file",
    "src/test, checkpoint src/test does not exist or is not a regular file",
    "nofs://bucket/f, 'checkpoint nofs://bucket/f cannot be read: No FileSystem for scheme'",
  })
  void whatCannotBeFetchedIsRefused(String uri, String message) {
    var e = assertThrows(UserException.class, () -> fetch(null).local(uri, null));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
  }

  @Test
  void aLocalFileStaysWhereItIs() throws Exception {
    assertEquals(FILE, fetch(null).local(FILE.toString(), null));
    assertEquals(
        FILE.toAbsolutePath(), fetch(null).local(FILE.toAbsolutePath().toUri().toString(), null));
    assertFalse(Files.exists(folder.resolve("cache")));
  }

  @Test
  void aCheckpointOnS3IsReadByTheCommandAndKeptByItsHash() throws Exception {
    byte[] content = Files.readAllBytes(FILE);
    String sha256 = Sha256.of(content);
    String uri = "s3a://checkpoint-source/weights/plain.bin";
    try (S3Server s3 = S3Server.start(folder)) {
      s3.createBucket("checkpoint-source");
      Path object = s3.put("checkpoint-source", "weights/plain.bin", content);
      // The file is read, and is no RepViT: that its name is in the message shows both.
      String notRepVit = export(s3, uri, "--sha256", sha256);
      assertTrue(notRepVit.contains("plain.bin: "), notRepVit);
      Path kept = folder.resolve("cache").resolve(sha256).resolve("plain.bin");
      assertArrayEquals(content, Files.readAllBytes(kept));

      Files.delete(object);
      assertEquals(notRepVit, export(s3, uri, "--sha256", sha256.toUpperCase(Locale.ROOT)));
      assertTrue(export(s3, uri).endsWith("checkpoint " + uri + " does not exist"));

      s3.put("checkpoint-source", "weights/plain.bin", content);
      String another = export(s3, uri, "--sha256", WRONG);
      assertTrue(another.contains("has SHA-256 " + sha256 + ", expected 000"), another);
      assertEquals(List.of(kept), files(folder.resolve("cache")));
      assertEquals(notRepVit, export(s3, uri));
    }
  }

  @Test
  void aLocalFileMustHaveThePinnedHash() {
    String another = export(Map.of(), FILE.toString(), "--sha256", WRONG);
    assertTrue(another.contains("expected 000"), another);
    String odd = export(Map.of(), FILE.toString(), "--sha256", "12g");
    assertTrue(odd.contains("--sha256 is '12g', expected 64 hexadecimal digits"), odd);
  }

  @Test
  void thePartOfAFileIsChosenByTheCommand() {
    String part =
        export(Map.of(), "src/test/resources/checkpoint/authors.pth", "--checkpoint-key", "ema");
    assertTrue(
        part.contains(
            "authors.pth: has no dictionary 'ema'; pass --checkpoint-key with one of: 'model'"),
        part);
  }

  private String export(S3Server s3, String uri, String... more) {
    return export(s3.sparkProperties(), uri, more);
  }

  private String export(Map<String, String> spark, String uri, String... more) {
    var args =
        Stream.concat(
                Stream.of(
                    "export",
                    "--checkpoint",
                    uri,
                    "--cache",
                    folder.resolve("cache").toString(),
                    "--labels",
                    "src/demo/fashion-mnist-labels.txt",
                    "--output",
                    folder.resolve("m.onnx").toString()),
                Stream.of(more))
            .toArray(String[]::new);
    return Cli.run(spark, args).refusal();
  }

  private CheckpointFetch fetch(@Nullable HttpsFiles server) {
    var err = new PrintWriter(new StringWriter());
    HttpClient client = server == null ? HttpClient.newHttpClient() : server.client();
    return new CheckpointFetch(
        folder.resolve("cache"), new HttpsDownload(client, 1 << 20, Duration.ofSeconds(9), err));
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }
}
