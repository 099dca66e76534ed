package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import io.repvit.testing.HttpsFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a real HTTPS server that breaks off, changes its mind, stalls and misleads. */
class HttpsDownloadTest {
  private static final int HALF = 100_000;
  private static final byte[] CONTENT = bytes(1);
  private static final byte[] OTHER = bytes(2);
  private static final String TAG = "\"one\"";
  private static final int ALL = Integer.MAX_VALUE;
  private static final long MAX_BYTES = 1_000_000;

  @TempDir private Path folder;
  private HttpsFiles server;
  private Path part = Path.of("");
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws IOException {
    server = HttpsFiles.start();
    part = folder.resolve("x.part");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aFileArrivesInOneRequest() throws Exception {
    server.on("/f", e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertEquals(List.of("GET /f"), server.requests());
    assertFalse(Files.exists(folder.resolve("x.part.etag")));
  }

  @Test
  void aBrokenTransferGoesOnWhereItBroke() throws Exception {
    onTurns(
        "/f",
        e -> HttpsFiles.serve(e, CONTENT, TAG, HALF),
        e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertEquals(2, server.requests().size());
    String second = server.requests().get(1);
    assertTrue(second.matches("GET /f \\[bytes=[1-9]\\d*-]"), second);
    assertTrue(err.toString().contains("trying again"), err.toString());
  }

  @Test
  void aBrokenTransferGoesOnInTheNextRun() throws Exception {
    onTurns(
        "/f", e -> HttpsFiles.serve(e, CONTENT, TAG, HALF), e -> e.sendResponseHeaders(503, -1));
    var failure = assertThrows(IOException.class, () -> fetch("/f"));
    long kept = Files.size(part);
    assertTrue(kept > 0);
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("status 503; " + kept + " bytes are kept, start again"), message);
    try (HttpsFiles again = HttpsFiles.start()) {
      again.on("/f", e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
      download(again.client()).fetch(again.uri("/f"), part);
      assertEquals(List.of("GET /f [bytes=%d-]".formatted(kept)), again.requests());
    }
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
  }

  @Test
  void aFileThatChangedMeanwhileIsFetchedAnew() throws Exception {
    onTurns(
        "/f",
        e -> HttpsFiles.serve(e, CONTENT, TAG, HALF),
        e -> HttpsFiles.serve(e, OTHER, "\"two\"", ALL));
    fetch("/f");
    assertArrayEquals(OTHER, Files.readAllBytes(part));
  }

  @Test
  void aWeakTagIsNoReasonToGoOn() throws Exception {
    onTurns(
        "/f",
        e -> HttpsFiles.serve(e, CONTENT, "W/\"one\"", HALF),
        e -> HttpsFiles.serve(e, CONTENT, "W/\"one\"", ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertEquals(List.of("GET /f", "GET /f"), server.requests());
  }

  @Test
  void anotherRangeThanAskedForIsNotUsed() throws Exception {
    onTurns(
        "/f",
        e -> HttpsFiles.serve(e, CONTENT, TAG, HALF),
        e -> {
          e.getResponseHeaders().set("Content-Range", "bytes 7-8/9");
          e.sendResponseHeaders(206, 2);
          e.getResponseBody().write(new byte[2]);
        },
        e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertEquals("GET /f", server.requests().get(2));
  }

  @Test
  void aSilentServerIsLeft() throws Exception {
    onTurns(
        "/f",
        e -> {
          HttpsFiles.serve(e, CONTENT, TAG, HALF);
          sleep(Duration.ofMinutes(1));
        },
        e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
    assertTrue(err.toString().contains("no byte came for 500 ms"), err.toString());
    assertTrue(
        err.toString().matches("(?s).*checkpoint: \\[#+\\.+] \\d+ %, .* MB/s.*"), err.toString());
  }

  @Test
  void aServerThatIsBusyIsAskedAgain() throws Exception {
    onTurns("/f", e -> e.sendResponseHeaders(503, -1), e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/f");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void aRedirectWithinHttpsIsFollowed(int status) throws Exception {
    server.on("/from", e -> redirect(e, status, "to?signature=secret"));
    server.on("/to", e -> HttpsFiles.serve(e, CONTENT, TAG, ALL));
    fetch("/from");
    assertArrayEquals(CONTENT, Files.readAllBytes(part));
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost/f, 'leads to http://localhost, expected https'",
    "file:///etc/passwd, 'leads to file://null, expected https'",
    "https://name:secret@localhost/f, 'expected https without a user name'",
    "https:///f, 'leads to https://null'",
    "'ht tp://', leads to no address",
    "/f, is redirected more than 5 times",
  })
  void aRedirectElsewhereIsRefused(String location, String message) {
    server.on("/f", e -> redirect(e, 302, location));
    assertRefused(message, "/f");
    assertFalse(err.toString().contains("secret"));
  }

  @Test
  void aFileThatIsTooLargeIsRefusedBeforeItComes() {
    server.on("/f", e -> e.sendResponseHeaders(200, MAX_BYTES + 1));
    assertRefused("has 1000001 bytes, at most 1000000 are read", "/f");
  }

  @Test
  void aStreamWithoutEndIsRefusedWhenItIsTooLarge() throws IOException {
    server.on(
        "/f",
        e -> {
          e.sendResponseHeaders(200, 0);
          while (true) {
            e.getResponseBody().write(CONTENT);
          }
        });
    assertRefused("has more than 1000000 bytes", "/f");
    assertEquals(0, Files.size(part));
  }

  @Test
  void aFileThatIsNotThereIsRefusedAtOnce() {
    server.on("/f", e -> e.sendResponseHeaders(404, -1));
    assertRefused("/f: the server answers with status 404", "/f?token=secret");
    assertEquals(1, server.requests().size());
  }

  @Test
  void aServerWithAnUnknownCertificateIsRefused() {
    var e =
        assertThrows(
            SettingsException.class,
            () -> download(HttpClient.newHttpClient()).fetch(server.uri("/f"), part));
    assertTrue(String.valueOf(e.getMessage()).contains("cannot be trusted"), e.getMessage());
    assertEquals(List.of(), server.requests());
  }

  private void assertRefused(String message, String path) {
    var e = assertThrows(SettingsException.class, () -> fetch(path));
    assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("secret"), e.getMessage());
  }

  private void fetch(String path) throws IOException, SettingsException {
    download(server.client()).fetch(server.uri(path), part);
  }

  private HttpsDownload download(HttpClient client) {
    return new HttpsDownload(client, MAX_BYTES, Duration.ofMillis(500), new PrintWriter(err));
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** Each request is answered by the next, the last answers all others. */
  private void onTurns(String path, Answer... answers) {
    var turn = new AtomicInteger();
    server.on(path, e -> answers[Math.min(turn.getAndIncrement(), answers.length - 1)].to(e));
  }

  private static void redirect(HttpExchange exchange, int status, String location)
      throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(status, -1);
  }

  private static void sleep(Duration duration) {
    try {
      Thread.sleep(duration.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static byte[] bytes(long seed) {
    byte[] bytes = new byte[2 * HALF];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
