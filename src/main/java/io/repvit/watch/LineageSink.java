package io.repvit.watch;

import io.repvit.UserException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Where events of OpenLineage go. */
interface LineageSink {
  /** Standard path of the endpoint, for a URL without one. */
  String PATH = "/api/v1/lineage";

  /** Longest time for one event: 10 s, so that a run is hardly delayed. */
  Duration TIMEOUT = Duration.ofSeconds(10);

  /**
   * Sends one event.
   *
   * @throws IOException if it is not accepted
   */
  void send(String json) throws IOException, InterruptedException;

  /**
   * An endpoint or a file.
   *
   * @param place http(s) URL or path
   * @param key bearer token for a URL; null without
   */
  static LineageSink of(String place, @Nullable String key) throws UserException {
    if (!place.matches("(?i)https?:.*")) {
      Path file = Path.of(place).toAbsolutePath();
      if (file.getParent() == null || !Files.isDirectory(file.getParent())) {
        throw new UserException(
            "openlineage is "
                + place
                + ", expected an http(s) URL or a file in a folder that exists");
      }
      return json ->
          Files.write(
              file,
              (json + "\n").getBytes(StandardCharsets.UTF_8),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND);
    }
    URI endpoint;
    try {
      URI given = URI.create(place);
      boolean bare = given.getPath() == null || given.getPath().matches("/?");
      endpoint = bare ? given.resolve(PATH) : given;
      HttpRequest.newBuilder(endpoint);
    } catch (IllegalArgumentException e) {
      throw new UserException("openlineage is " + place + ", expected a URL: " + e.getMessage(), e);
    }
    return json -> post(endpoint, key, json);
  }

  private static void post(URI endpoint, @Nullable String key, String json)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    HttpResponse<Void> response =
        HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .build()
            .send(request.build(), HttpResponse.BodyHandlers.discarding());
    if (response.statusCode() / 100 != 2) {
      throw new IOException("it answers " + response.statusCode());
    }
  }
}
