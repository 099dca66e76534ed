package io.repvit.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file so that it is there whole or not at all. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Fails early where a write would fail late.
   *
   * @throws ExportException if the folder is missing or the target is a folder itself
   */
  public static void requireFolderOf(Path target) {
    if (Files.isDirectory(target)) {
      throw new ExportException(target + " is a folder, expected the name of a file");
    }
    if (!Files.isDirectory(folderOf(target))) {
      throw new ExportException(folderOf(target) + " is not a folder; create it first");
    }
  }

  /** Replaces {@code target}; a reader sees the old or the new file, and a crash leaves one. */
  static void write(Path target, byte[] bytes) throws IOException {
    requireFolderOf(target);
    // Not createTempFile, whose files only their owner may read.
    Path temporary =
        folderOf(target).resolve("." + target.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      try (var channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static Path folderOf(Path target) {
    Path folder = target.toAbsolutePath().getParent();
    return folder == null ? target.toAbsolutePath() : folder;
  }
}
