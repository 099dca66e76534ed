package io.repvit.job;

import io.repvit.checkpoint.CheckpointReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/**
 * Brings a checkpoint onto this machine. What is fetched is kept by its hash, and with a pinned
 * hash it is fetched once.
 */
final class CheckpointFetch {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+(?=:/)");

  private final FileCache cache;
  private final HttpsDownload https;
  private final PrintWriter err;

  /**
   * @param err for progress
   */
  CheckpointFetch(FileCache cache, HttpsDownload https, PrintWriter err) {
    this.cache = cache;
    this.https = https;
    this.err = err;
  }

  /**
   * The file itself if it is local, or a copy of it.
   *
   * @param uri path, URI of a Hadoop file system, or https
   * @param pin hash that a copy must have, lower-case hex, or null
   * @throws SettingsException if there is no such file, it is too large or another one
   */
  Path local(String uri, @Nullable String pin) throws IOException, SettingsException {
    var matcher = SCHEME.matcher(uri);
    String scheme = matcher.lookingAt() ? matcher.group().toLowerCase(Locale.ROOT) : "";
    return switch (scheme) {
      case "" -> existing(Path.of(uri));
      case "file" -> existing(Path.of(address(uri)));
      case "http" ->
          throw new SettingsException(
              "checkpoint "
                  + HttpsDownload.shown(address(uri))
                  + " is not https, expected https://");
      case "https" -> download(address(uri), pin);
      default -> copy(uri, pin);
    };
  }

  private static Path existing(Path file) throws SettingsException {
    if (!Files.isRegularFile(file)) {
      throw new SettingsException("checkpoint " + file + " does not exist or is no file");
    }
    return file;
  }

  private static URI address(String uri) throws SettingsException {
    try {
      return new URI(uri);
    } catch (URISyntaxException e) {
      throw new SettingsException("checkpoint is no address: " + e.getReason(), e);
    }
  }

  private Path download(URI uri, @Nullable String pin) throws IOException, SettingsException {
    String shown = HttpsDownload.shown(uri);
    if (pin == null) {
      throw new SettingsException(
          "checkpoint " + shown + " comes from the network; pin it with --sha256 HEX");
    }
    Path kept = cache.find(pin);
    if (kept != null) {
      return kept;
    }
    Path part = cache.part(pin);
    https.fetch(uri, part);
    return cache.keep(part, name(String.valueOf(uri.getPath())), shown, pin);
  }

  private Path copy(String uri, @Nullable String pin) throws IOException, SettingsException {
    Path kept = pin == null ? null : cache.find(pin);
    if (kept != null) {
      return kept;
    }
    Path part = cache.newPart();
    try {
      var path = new org.apache.hadoop.fs.Path(uri);
      FileSystem fs = path.getFileSystem(Sparks.hadoop());
      FileStatus status = fs.getFileStatus(path);
      if (status.isDirectory() || status.getLen() > CheckpointReader.MAX_FILE_BYTES) {
        throw new SettingsException(
            "checkpoint %s is %s, expected a file of at most %d bytes"
                .formatted(
                    uri,
                    status.isDirectory() ? "a folder" : status.getLen() + " bytes long",
                    CheckpointReader.MAX_FILE_BYTES));
      }
      try (var in = fs.open(path);
          OutputStream out = Files.newOutputStream(part);
          var transfer = new Transfer(in, 0, status.getLen(), HttpsDownload.STALL_TIMEOUT, err)) {
        transfer.copy(out, CheckpointReader.MAX_FILE_BYTES);
      }
      return cache.keep(part, path.getName(), uri, pin);
    } catch (FileNotFoundException e) {
      throw new SettingsException("checkpoint " + uri + " does not exist", e);
    } catch (IllegalArgumentException | IOException e) {
      throw new SettingsException("checkpoint " + uri + " cannot be read: " + e.getMessage(), e);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
