package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.repvit.UserException;
import io.repvit.testing.HttpsFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTPS server that breaks off, stalls and misleads. */
@Tag("slow")
class HttpsDownloadTest {
  private static final byte[] CONTENT = new byte[200_000];
  private static final long MAX_BYTES = 1_000_000;

  static {
    new Random(1).nextBytes(CONTENT);
  }

  @TempDir private Path folder;
  private HttpsFiles server;
  private Path part = Path.of("");
  private final StringWriter err = new StringWriter();
  private final CountDownLatch ended = new CountDownLatch(1);

  @BeforeEach
  void start() throws IOException {
    server = HttpsFiles.start();
    part = folder.resolve("x.part");
  }

  @AfterEach
  void stop() {
    ended.countDown();
    server.close();
  }

  @Test
  void aFileArrivesInOneRequest() throws Exception {
    server.on("/f", e -> HttpsFiles.serve(e, CONTENT, CONTENT.length));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertEquals(List.of("GET /f"), server.requests());
  }

  @Test
  void aBrokenTransferFailsAndMayBeStartedAgain() {
    server.on("/f", e -> HttpsFiles.serve(e, CONTENT, 100_000));
    assertFails("start again", "/f");
  }

  @Test
  void aSilentServerIsGivenUp() {
    server.on(
        "/f",
        e -> {
          HttpsFiles.serve(e, CONTENT, 100_000);
          awaitEnd();
        });
    assertFails("no data arrived for 500 ms", "/f");
    assertTrue(err.toString().matches("(?s)checkpoint: 0\\.1 MB, .* MB/s.*"), err.toString());
  }

  @Test
  void aBusyServerIsAFailureThatPasses() {
    server.on("/f", e -> e.sendResponseHeaders(503, -1));
    assertFails("status 503", "/f");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectWithinHttpsIsFollowed(int status) throws Exception {
    server.on("/from", e -> redirect(e, status, server.uri("/to?signature=secret").toString()));
    server.on("/to", e -> HttpsFiles.serve(e, CONTENT, CONTENT.length));
    fetch("/from");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
  }

  @ParameterizedTest
  @CsvSource({"http://localhost/f", "/f"})
  void aRedirectToHttpOrWithoutEndIsRefused(String location) {
    server.on(
        "/f",
        e -> redirect(e, 302, location.equals("/f") ? server.uri("/f").toString() : location));
    assertRefused("status 302, expected 200 after redirects within https", "/f");
  }

  @Test
  void aFileThatIsTooLargeIsRefusedBeforeItComes() {
    server.on("/f", e -> e.sendResponseHeaders(200, MAX_BYTES + 1));
    assertRefused("has 1000001 bytes, expected at most 1000000", "/f");
  }

  @Test
  void aStreamWithoutEndIsCutOffAtTheLimit() {
    server.on(
        "/f",
        e -> {
          e.sendResponseHeaders(200, 0);
          while (true) {
            e.getResponseBody().write(CONTENT);
          }
        });
    assertRefused("has more than 1000000 bytes", "/f");
  }

  @Test
  void aFileThatDoesNotExistIsRefusedAtOnce() {
    server.on("/f", e -> e.sendResponseHeaders(404, -1));
    assertRefused("/f: the server responds with status 404", "/f?token=secret");
    assertEquals(1, server.requests().size());
  }

  @Test
  void aServerWithAnUnknownCertificateIsRefused() {
    var e =
        assertThrows(
            UserException.class, () -> download(HttpClient.newHttpClient(), server.uri("/f")));
    assertTrue(String.valueOf(e.getMessage()).contains("is not trusted"), e.getMessage());
    assertEquals(List.of(), server.requests());
  }

  private void assertRefused(String message, String path) {
    check(assertThrows(UserException.class, () -> fetch(path)), message);
  }

  private void assertFails(String message, String path) {
    check(assertThrows(IOException.class, () -> fetch(path)), message);
  }

  private static void check(Exception e, String message) {
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
  }

  private void fetch(String path) throws IOException, UserException {
    download(server.client(), server.uri(path));
  }

  private void download(HttpClient client, URI uri) throws IOException, UserException {
    new HttpsDownload(client, MAX_BYTES, Duration.ofMillis(500), new PrintWriter(err))
        .fetch(uri, "https://host" + uri.getPath(), part);
  }

  private static void redirect(HttpExchange exchange, int status, String location)
      throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(status, -1);
  }

  private void awaitEnd() {
    try {
      assertTrue(ended.await(1, TimeUnit.MINUTES));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
