package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads checkpoints that nobody vouches for, of whatever kind their first bytes say: safetensors,
 * or the zip files of {@code torch.save}. Nothing in them is run.
 */
public final class CheckpointReader {

  /** 1 GiB. RepViT-M2.3 has 95 MB, and 0.4 GB with the state of its optimiser. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  /** The length of safetensors' header, and the brace that begins it. */
  private static final int SNIFFED_BYTES = Long.BYTES + 1;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** The beginning of a pickle of protocol 2 that holds a long of ten bytes. */
  private static final byte[] LEGACY_TORCH = HexFormat.of().parseHex("80028a0a6cfc9c46f9");

  private static final byte[] LFS_POINTER = {'v', 'e', 'r', 's', 'i', 'o', 'n', ' ', 'h'};

  private CheckpointReader() {}

  /** As {@link #read(Path, String)}, with the part that files have by convention. */
  public static Checkpoint read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * Reads all tensors of a file, or of one part of it.
   *
   * @param key of the part, where the file is a dictionary of several, such as {@code model_ema};
   *     null takes {@code model}, {@code state_dict}, or the file as a whole
   * @return named as the file, with the key that was taken
   * @throws CheckpointException if the file breaks its format or a limit
   * @throws IOException if it cannot be read
   */
  public static Checkpoint read(Path path, @Nullable String key) throws IOException {
    String file = String.valueOf(path.getFileName());
    long size = Files.size(path);
    if (size > MAX_FILE_BYTES) {
      throw new CheckpointException(
          file,
          String.format(Locale.ROOT, "has %d bytes, at most %d are read", size, MAX_FILE_BYTES));
    }
    byte[] start;
    try (InputStream in = Files.newInputStream(path)) {
      start = in.readNBytes(SNIFFED_BYTES);
    }
    if (beginsWith(start, ZIP)) {
      return TorchReader.read(file, path, key);
    }
    if (beginsWith(start, LEGACY_TORCH)) {
      throw new CheckpointException(
          file,
          "is in the format that PyTorch wrote before 1.6; load it with torch.load and write it with"
              + " torch.save of a newer PyTorch, or convert it to safetensors");
    }
    if (beginsWith(start, LFS_POINTER)) {
      throw new CheckpointException(file, "is a Git LFS pointer, not the file; run 'git lfs pull'");
    }
    if (start.length == SNIFFED_BYTES && start[Long.BYTES] != '{') {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "begins with the bytes %s, expected safetensors or a zip file of torch.save",
              HexFormat.of().formatHex(start)));
    }
    if (key != null) {
      throw new CheckpointException(
          file,
          "is safetensors, which has no part " + quoted(key) + "; leave --checkpoint-key out");
    }
    return SafetensorsReader.read(file, path);
  }

  private static boolean beginsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
