package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.checkpoint.CheckpointReader;
import io.repvit.checkpoint.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Copies a remote checkpoint to the local cache, {@code <cache>/<SHA-256>/<name>}. A checkpoint
 * with a pinned hash is fetched only once.
 */
final class CheckpointFetch {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+(?=:/)");

  private final Path cache;
  private final HttpsDownload https;

  /**
   * @param cache folder of the copies; it is created when the first copy is made
   */
  CheckpointFetch(Path cache, HttpsDownload https) {
    this.cache = cache;
    this.https = https;
  }

  /**
   * Creates the fetcher of commands: with the certificates of the JDK, the size limit of
   * checkpoints, and progress on {@code err}.
   */
  static CheckpointFetch standard(Path cache, PrintWriter err) {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(HttpsDownload.STALL_TIMEOUT)
            // NORMAL follows redirects, but not from https to http.
            .followRedirects(Redirect.NORMAL)
            .build();
    return new CheckpointFetch(
        cache,
        new HttpsDownload(
            client, CheckpointReader.MAX_FILE_BYTES, HttpsDownload.STALL_TIMEOUT, err));
  }

  /**
   * Returns the file itself if it is local, otherwise a copy of it.
   *
   * @param uri path, URI of a Hadoop file system, or https URI
   * @param pin SHA-256 that a copy must have, lower-case hex, or null
   * @throws UserException if the file does not exist, is too large or has another hash
   * @throws IOException if the network or the local disk fails
   */
  Path local(String uri, @Nullable String pin) throws IOException, UserException {
    var matcher = SCHEME.matcher(uri);
    String scheme = matcher.lookingAt() ? matcher.group().toLowerCase(Locale.ROOT) : "";
    switch (scheme) {
      case "" -> {
        return existing(Path.of(uri));
      }
      case "file" -> {
        return existing(Path.of(address(uri)));
      }
      case "http" ->
          throw new UserException(
              "checkpoint " + shown(address(uri)) + " has scheme http, expected https");
      case "https" -> {
        String shown = shown(address(uri));
        if (pin == null) {
          throw new UserException(
              "checkpoint "
                  + shown
                  + " has no pinned hash, which https requires; add --sha256 HEX");
        }
        return kept(shown, pin, part -> https.fetch(address(uri), shown, part));
      }
      default -> {
        return kept(uri, pin, part -> copy(uri, part));
      }
    }
  }

  private static Path existing(Path file) throws UserException {
    if (!Files.isRegularFile(file)) {
      throw new UserException("checkpoint " + file + " does not exist or is not a regular file");
    }
    return file;
  }

  private static URI address(String uri) throws UserException {
    try {
      return new URI(uri);
    } catch (URISyntaxException e) {
      throw new UserException("checkpoint is not a valid URI: " + e.getReason(), e);
    }
  }

  /** The URI without its query, which contains the signature of a signed URI. */
  private static String shown(URI uri) {
    return String.format(Locale.ROOT, "%s://%s%s", uri.getScheme(), uri.getHost(), uri.getPath());
  }

  private interface Source {
    void writeTo(Path part) throws IOException, UserException;
  }

  /**
   * Returns the cached copy with the pinned hash if there is one. Otherwise makes a new copy,
   * checks its hash and moves it into the cache.
   */
  private Path kept(String shown, @Nullable String pin, Source source)
      throws IOException, UserException {
    Path earlier = pin == null ? null : find(pin);
    if (earlier != null) {
      return earlier;
    }
    Path part = Files.createDirectories(cache).resolve(UUID.randomUUID() + ".part");
    try {
      source.writeTo(part);
      String sha256 = Sha256.of(part);
      if (pin != null && !pin.equals(sha256)) {
        throw wrongHash(shown, sha256, pin);
      }
      Path folder = Files.createDirectories(cache.resolve(sha256));
      return Files.move(part, folder.resolve(name(shown)), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Finds the cached copy with this hash; null if there is none. Deletes damaged copies. */
  private @Nullable Path find(String sha256) throws IOException {
    Path folder = cache.resolve(sha256);
    if (!Files.isDirectory(folder)) {
      return null;
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.sorted().toList();
    }
    for (Path file : files) {
      if (Sha256.of(file).equals(sha256)) {
        return file;
      }
      Files.delete(file);
    }
    return null;
  }

  /** The last path element of a URI, with characters that every file system allows. */
  private static String name(String uri) {
    String name =
        uri.substring(uri.lastIndexOf('/') + 1)
            .replaceAll("[^A-Za-z0-9._-]", "_")
            .replaceFirst("^\\.*", "");
    return name.isEmpty() ? "checkpoint" : name;
  }

  private static void copy(String uri, Path part) throws UserException {
    try {
      var path = new org.apache.hadoop.fs.Path(uri);
      FileSystem fs = path.getFileSystem(Sparks.hadoop());
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory() || status.getLen() > CheckpointReader.MAX_FILE_BYTES) {
        throw new UserException(
            String.format(
                Locale.ROOT,
                "checkpoint %s is %s, expected a file of at most %d bytes",
                uri,
                status.isDirectory() ? "a folder" : status.getLen() + " bytes long",
                CheckpointReader.MAX_FILE_BYTES));
      }
      try (var in = fs.open(path)) {
        Files.copy(in, part);
      }
    } catch (FileNotFoundException e) {
      throw new UserException("checkpoint " + uri + " does not exist", e);
    } catch (IllegalArgumentException | IOException e) {
      throw new UserException("checkpoint " + uri + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The exception for a checkpoint whose hash is not the pinned one. */
  static UserException wrongHash(String file, String sha256, String pin) {
    return new UserException(
        String.format(
            Locale.ROOT,
            "checkpoint %s has SHA-256 %s, expected %s (--sha256); the file is damaged or another one",
            file,
            sha256,
            pin));
  }
}
