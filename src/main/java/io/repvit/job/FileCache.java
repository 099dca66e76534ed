package io.repvit.job;

import io.repvit.checkpoint.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Fetched files: {@code <folder>/<SHA-256>/<name>}. A file gets there when it is whole and its hash
 * is known; until then it is a part beside these folders.
 *
 * @param folder created when it is needed
 */
record FileCache(Path folder) {

  /**
   * A file of this hash, hashed anew, or null; a damaged one is deleted.
   *
   * @param sha256 lower-case hex
   */
  @Nullable Path find(String sha256) throws IOException {
    Path kept = folder.resolve(sha256);
    if (!Files.isDirectory(kept)) {
      return null;
    }
    List<Path> files;
    try (Stream<Path> list = Files.list(kept)) {
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

  /** Where a transfer of a known hash writes and, when it broke off, goes on. */
  Path part(String sha256) throws IOException {
    return Files.createDirectories(folder).resolve(sha256 + ".part");
  }

  /** Where a transfer writes that cannot be gone on with. */
  Path newPart() throws IOException {
    return part(UUID.randomUUID().toString());
  }

  /**
   * Keeps a part that is whole; one of another hash is deleted.
   *
   * @param name of the file, any characters
   * @param uri where it came from, for messages
   * @param pin hash that it must have, lower-case hex, or null
   * @return the file
   * @throws SettingsException if it has another hash
   */
  Path keep(Path part, String name, String uri, @Nullable String pin)
      throws IOException, SettingsException {
    String sha256 = Sha256.of(part);
    if (pin != null && !pin.equals(sha256)) {
      Files.delete(part);
      throw another(uri, sha256, pin);
    }
    String safe = name.replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^\\.*", "");
    Path file =
        Files.createDirectories(folder.resolve(sha256))
            .resolve(safe.isEmpty() ? "checkpoint" : safe);
    return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** What is said of a file that is not the pinned one. */
  static SettingsException another(String file, String sha256, String pin) {
    return new SettingsException(
        "checkpoint %s has SHA-256 %s, --sha256 is %s; it is damaged or another file"
            .formatted(file, sha256, pin));
  }
}
