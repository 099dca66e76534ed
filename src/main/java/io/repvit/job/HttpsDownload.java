package io.repvit.job;

import io.repvit.checkpoint.CheckpointReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Downloads over https, in as many steps as the network needs: a part goes on where it broke off,
 * if the server still has the same file.
 *
 * <p>Source: <a href="https://www.rfc-editor.org/rfc/rfc9110#name-range-requests">RFC 9110</a>,
 * sections 13.1.5 (If-Range), 14 (Range) and 15.4 (redirects).
 */
final class HttpsDownload {

  /** Silence after which a connection is given up. */
  static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  /** To the first byte of an answer. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

  /** GitHub and Hugging Face redirect once or twice. */
  private static final int MAX_REDIRECTS = 5;

  private static final int MAX_ATTEMPTS = 5;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int OK = 200;
  private static final int PARTIAL = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;

  /** Too slow, a range that is not there (any more), too often. */
  private static final Set<Integer> TEMPORARY = Set.of(408, RANGE_NOT_SATISFIABLE, 429);

  private static final Pattern CONTENT_RANGE =
      Pattern.compile("bytes (\\d{1,18})-\\d+/(\\d{1,18})");

  private final HttpClient client;
  private final long maxBytes;
  private final Duration stall;
  private final PrintWriter err;

  /**
   * @param client that follows no redirects by itself
   * @param maxBytes largest file
   * @param stall silence after which a connection is given up
   * @param err for progress
   */
  HttpsDownload(HttpClient client, long maxBytes, Duration stall, PrintWriter err) {
    this.client = client;
    this.maxBytes = maxBytes;
    this.stall = stall;
    this.err = err;
  }

  /** With the certificates and the patience of every command. */
  static HttpsDownload standard(PrintWriter err) {
    return new HttpsDownload(
        HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build(),
        CheckpointReader.MAX_FILE_BYTES,
        STALL_TIMEOUT,
        err);
  }

  /** An address fit for messages: without the query, where signed addresses keep their key. */
  static String shown(URI uri) {
    return "%s://%s%s".formatted(uri.getScheme(), uri.getHost(), uri.getPath());
  }

  /**
   * Downloads to {@code part}, or what is missing there.
   *
   * @throws SettingsException if the server refuses or the file is too large
   * @throws IOException if the network fails again and again; the part stays
   */
  void fetch(URI uri, Path part) throws IOException, SettingsException {
    Path tag = part.resolveSibling(part.getFileName() + ".etag");
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = out.tryLock()) {
      if (lock == null) {
        throw new SettingsException(
            "checkpoint " + shown(uri) + " is being downloaded by another process; wait for it");
      }
      for (int attempt = 1; !transferred(uri, out, tag, attempt); attempt++) {
        pause();
      }
    }
    Files.deleteIfExists(tag);
  }

  /** Whether all is there; what another attempt may mend is said and forgiven. */
  private boolean transferred(URI uri, FileChannel out, Path tag, int attempt)
      throws IOException, SettingsException {
    try {
      transfer(uri, out, tag);
      return true;
    } catch (SSLHandshakeException e) {
      throw new SettingsException(
          "checkpoint %s: the server cannot be trusted: %s".formatted(shown(uri), e.getMessage()),
          e);
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (attempt == MAX_ATTEMPTS) {
        throw new IOException(
            "checkpoint %s: %s; %d bytes are kept, start again to go on from there"
                .formatted(shown(uri), reason, out.size()),
            e);
      }
      err.printf("checkpoint: %s; trying again, %d bytes are here%n", reason, out.size());
      err.flush();
      return false;
    }
  }

  private void transfer(URI uri, FileChannel out, Path tag) throws IOException, SettingsException {
    String known = Files.exists(tag) ? Files.readString(tag) : "";
    long from = known.isEmpty() ? 0 : out.size();
    HttpResponse<InputStream> answer = answer(uri, from, known);
    try (InputStream in = answer.body()) {
      if (answer.statusCode() == OK) {
        from = 0;
        out.truncate(0);
        Files.writeString(tag, strongTag(answer));
      } else if (answer.statusCode() != PARTIAL || from == 0 || rangeStart(answer) != from) {
        if (answer.statusCode() == PARTIAL || answer.statusCode() == RANGE_NOT_SATISFIABLE) {
          Files.deleteIfExists(tag); // what is here is of no use: begin anew
        }
        throw refusal(uri, answer.statusCode());
      }
      long left = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
      if (left > maxBytes - from) {
        throw new SettingsException(
            "checkpoint %s has %d bytes, at most %d are read"
                .formatted(shown(uri), from + left, maxBytes));
      }
      out.position(from);
      try (var transfer = new Transfer(in, from, left < 0 ? -1 : from + left, stall, err)) {
        transfer.copy(Channels.newOutputStream(out), maxBytes);
      } catch (SettingsException e) {
        out.truncate(0); // too large: nothing to go on with
        throw e;
      }
    }
  }

  /** The answer after all redirects, none of which leaves https. */
  private HttpResponse<InputStream> answer(URI uri, long from, String tag)
      throws IOException, SettingsException {
    URI place = uri;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      if (!"https".equalsIgnoreCase(place.getScheme())
          || place.getHost() == null
          || place.getUserInfo() != null) {
        throw new SettingsException(
            "checkpoint %s leads to %s://%s, expected https without a user name"
                .formatted(shown(uri), place.getScheme(), place.getHost()));
      }
      var request =
          HttpRequest.newBuilder(place)
              .timeout(ANSWER_TIMEOUT)
              .header("Accept-Encoding", "identity");
      if (from > 0) {
        request.header("Range", "bytes=" + from + "-").header("If-Range", tag);
      }
      HttpResponse<InputStream> answer = send(request.build());
      if (!REDIRECTS.contains(answer.statusCode())) {
        return answer;
      }
      answer.body().close();
      String location = answer.headers().firstValue("Location").orElse("");
      try {
        place = place.resolve(location);
      } catch (IllegalArgumentException e) {
        throw new SettingsException("checkpoint " + shown(uri) + " leads to no address", e);
      }
    }
    throw new SettingsException(
        "checkpoint %s is redirected more than %d times".formatted(shown(uri), MAX_REDIRECTS));
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the download was interrupted", e);
    }
  }

  private static long rangeStart(HttpResponse<?> answer) {
    Matcher range = CONTENT_RANGE.matcher(answer.headers().firstValue("Content-Range").orElse(""));
    return range.matches() ? Long.parseLong(range.group(1)) : -1;
  }

  /** Only a strong tag says that two answers are the same byte for byte. */
  private static String strongTag(HttpResponse<?> answer) {
    String tag = answer.headers().firstValue("ETag").orElse("");
    return tag.startsWith("\"") ? tag : "";
  }

  /** Thrown where the request is at fault, returned where another attempt may succeed. */
  private static IOException refusal(URI uri, int status) throws SettingsException {
    if (status >= 400 && status < 500 && !TEMPORARY.contains(status)) {
      throw new SettingsException(
          "checkpoint %s: the server answers with status %d".formatted(shown(uri), status));
    }
    return new IOException("the server answers with status " + status);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the download was interrupted", e);
    }
  }
}
