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
 * Reads untrusted checkpoints: safetensors files and the zip files of {@code torch.save}. The first
 * bytes of a file, not its name, decide which format it has. Nothing from a file is executed.
 */
public final class CheckpointReader {

  /** 1 GiB. A checkpoint of RepViT-M2.3 has 95 MB, or 0.4 GB with optimiser state. */
  public static final long MAX_FILE_BYTES = 1L << 30;

  /** A safetensors file begins with the header length (8 bytes) and an opening brace. */
  private static final int SNIFFED_BYTES = Long.BYTES + 1;

  private static final byte[] ZIP = {'P', 'K', 3, 4};

  /** The format before PyTorch 1.6 begins with a protocol 2 pickle of a ten-byte integer. */
  private static final byte[] LEGACY_TORCH = HexFormat.of().parseHex("80028a0a6cfc9c46f9");

  private static final byte[] LFS_POINTER = {'v', 'e', 'r', 's', 'i', 'o', 'n', ' ', 'h'};

  private CheckpointReader() {}

  /** Calls {@link #read(Path, String)} with {@code null} as the key. */
  public static Checkpoint read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * Reads all tensors of a file, or those of one dictionary in it.
   *
   * @param key of the dictionary to read, for example {@code model_ema}; null reads {@code model},
   *     else {@code state_dict}, else the top-level dictionary
   * @return the tensors; the name of the checkpoint is the file name with the key that was read
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
          "has the format of PyTorch before 1.6; load it with torch.load and save it with torch.save"
              + " of a newer PyTorch, or convert it to safetensors");
    }
    if (beginsWith(start, LFS_POINTER)) {
      throw new CheckpointException(file, "is a Git LFS pointer, not the file; run 'git lfs pull'");
    }
    if (start.length == SNIFFED_BYTES && start[Long.BYTES] != '{') {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "begins with the bytes %s, expected a safetensors file or a zip file of torch.save",
              HexFormat.of().formatHex(start)));
    }
    if (key != null) {
      throw new CheckpointException(
          file,
          "is a safetensors file, which has no dictionary "
              + quoted(key)
              + "; omit --checkpoint-key");
    }
    return SafetensorsReader.read(file, path);
  }

  private static boolean beginsWith(byte[] bytes, byte[] magic) {
    return bytes.length >= magic.length
        && Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length);
  }
}
