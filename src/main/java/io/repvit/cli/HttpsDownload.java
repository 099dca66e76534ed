package io.repvit.cli;

import io.repvit.UserException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLHandshakeException;

/**
 * Downloads one file over https. It prints progress, limits the size, and fails if no data arrives
 * for some time.
 */
final class HttpsDownload {
  /** Time without data after which the download fails: 60 s. */
  static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

  /** Time between two lines of progress; a shorter download shows none: 1 s. */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private static final int OK = 200;

  private final HttpClient client;
  private final long maxBytes;
  private final Duration stall;
  private final PrintWriter err;

  /**
   * @param client follows redirects, but not to http
   * @param maxBytes maximum size of the file
   * @param stall time without data after which the download fails
   * @param err receives progress
   */
  HttpsDownload(HttpClient client, long maxBytes, Duration stall, PrintWriter err) {
    this.client = client;
    this.maxBytes = maxBytes;
    this.stall = stall;
    this.err = err;
  }

  /**
   * Downloads a file.
   *
   * @param shown the URI as messages show it
   * @param part file to write; the caller deletes it
   * @throws UserException if the server refuses or is not trusted, or the file is too large
   * @throws IOException if the network fails
   */
  void fetch(URI uri, String shown, Path part) throws IOException, UserException {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(STALL_TIMEOUT).build();
    var announced = new AtomicLong();
    CompletableFuture<HttpResponse<Path>> answer =
        client.sendAsync(
            request,
            head -> {
              announced.set(length(head.headers()));
              return head.statusCode() == OK && announced.get() <= maxBytes
                  ? BodyHandlers.ofFile(part).apply(head)
                  : HttpResponse.BodySubscribers.replacing(part);
            });
    try {
      HttpResponse<Path> done = await(answer, shown, part);
      require(done, shown);
    } catch (ExecutionException e) {
      if (announced.get() > maxBytes) {
        throw tooLarge(shown, String.valueOf(announced.get()));
      }
      throw failure(e.getCause() == null ? e : e.getCause(), shown);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the download of " + shown + " was interrupted", e);
    } finally {
      answer.cancel(true);
    }
  }

  /** Waits for the download, and checks size and progress of the file. */
  private HttpResponse<Path> await(
      CompletableFuture<HttpResponse<Path>> answer, String shown, Path part)
      throws IOException, UserException, ExecutionException, InterruptedException {
    long interval = Math.min(INTERVAL.toMillis(), stall.toMillis());
    long start = System.nanoTime();
    long grown = start;
    long size = 0;
    while (true) {
      try {
        return answer.get(interval, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        long now = System.nanoTime();
        long before = size;
        // Until the response begins there is no file; the timeout of the request limits that time.
        boolean answered = Files.exists(part);
        size = answered ? Files.size(part) : 0;
        grown = size > before || !answered ? now : grown;
        if (size > maxBytes) {
          throw tooLarge(shown, "more than " + maxBytes);
        }
        if (now - grown > stall.toNanos()) {
          throw new IOException(
              String.format(
                  Locale.ROOT, "checkpoint %s: no data arrived for %d ms", shown, stall.toMillis()),
              e);
        }
        err.printf(
            Locale.ROOT,
            "checkpoint: %.1f MB, %.1f MB/s%n",
            size / 1e6,
            size * 1e3 / (now - start));
        err.flush();
      }
    }
  }

  private void require(HttpResponse<Path> done, String shown) throws IOException, UserException {
    int status = done.statusCode();
    if (status >= 500 || status == 408 || status == 429) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "checkpoint %s: the server responds with status %d, expected 200",
              shown,
              status));
    }
    if (status != OK) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "checkpoint %s: the server responds with status %d, expected 200%s",
              shown,
              status,
              status / 100 == 3 ? " after redirects within https" : ""));
    }
    long size =
        Math.max(length(done.headers()), Files.exists(done.body()) ? Files.size(done.body()) : 0);
    if (size > maxBytes) {
      throw tooLarge(shown, String.valueOf(size));
    }
  }

  private static long length(HttpHeaders headers) {
    return headers.firstValueAsLong("Content-Length").orElse(0);
  }

  private UserException tooLarge(String shown, String found) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "checkpoint %s has %s bytes, expected at most %d",
            shown,
            found,
            maxBytes));
  }

  private static IOException failure(Throwable cause, String shown) throws UserException {
    if (cause instanceof SSLHandshakeException) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "checkpoint %s: the certificate of the server is not trusted: %s",
              shown,
              cause.getMessage()),
          cause);
    }
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    return new IOException(
        String.format(Locale.ROOT, "checkpoint %s: %s; start again", shown, reason), cause);
  }
}
