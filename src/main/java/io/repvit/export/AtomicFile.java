package io.repvit.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files atomically: a reader sees the complete file or none. */
public final class AtomicFile {
  private AtomicFile() {}

  /**
   * Checks that the parent folder exists. Call it before expensive work whose result the file will
   * contain.
   *
   * @throws ExportException if the parent folder is missing or the target is a folder
   */
  public static void requireFolderOf(Path target) {
    if (Files.isDirectory(target)) {
      throw new ExportException(target + " is a folder, expected a file name");
    }
    if (!Files.isDirectory(folderOf(target))) {
      throw new ExportException(folderOf(target) + " is not a folder; create it first");
    }
  }

  /**
   * Writes a temporary file and renames it to {@code target}. A reader, also after a crash, sees
   * the old or the new file.
   */
  static void write(Path target, byte[] bytes) throws IOException {
    requireFolderOf(target);
    // createTempFile is not used, because only the owner can read its files.
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
