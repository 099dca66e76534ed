package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointException;
import io.repvit.checkpoint.CheckpointReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that locate a checkpoint, pin its hash and select the weights in it. */
final class CheckpointOptions {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  @Option(
      names = "--checkpoint",
      paramLabel = "URI",
      required = true,
      description =
          "Checkpoint in training form, with tensor names of timm or of the authors: a safetensors"
              + " or torch.save file; a local path, s3a:// or another Hadoop URI, or https://.")
  String uri = "";

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "Expected SHA-256 of the checkpoint; required for https.")
  @Nullable String sha256;

  @Option(
      names = "--checkpoint-key",
      paramLabel = "KEY",
      description =
          "Key of the weights in the file, such as model_ema (default: model or state_dict if"
              + " present, otherwise the whole file).")
  @Nullable String key;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      defaultValue = "${sys:user.home}/.cache/repvit-spark",
      description = "Folder in which fetched checkpoints are kept (default: ${DEFAULT-VALUE}).")
  Path cache = Path.of("");

  /**
   * Reads the checkpoint; fetches it first if it is remote and not in the cache.
   *
   * @param err receives progress
   * @throws UserException if the checkpoint does not exist or has another hash
   * @throws CheckpointException if the file is malformed
   * @throws IOException if reading or fetching fails and may succeed later
   */
  Checkpoint read(PrintWriter err) throws UserException, IOException {
    String pin = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
    if (pin != null && !SHA256.matcher(pin).matches()) {
      throw new UserException(
          String.format(Locale.ROOT, "--sha256 is '%s', expected 64 hexadecimal digits", sha256));
    }
    Path file = CheckpointFetch.standard(cache, err).local(uri, pin);
    Checkpoint checkpoint = CheckpointReader.read(file, key);
    if (pin != null && !pin.equals(checkpoint.sha256())) {
      throw CheckpointFetch.wrongHash(checkpoint.name(), checkpoint.sha256(), pin);
    }
    return checkpoint;
  }
}
