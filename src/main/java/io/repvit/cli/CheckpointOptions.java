package io.repvit.cli;

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

/** Where a checkpoint is, which one it must be, and which part of it holds the weights. */
final class CheckpointOptions {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  @Option(
      names = "--checkpoint",
      paramLabel = "URI",
      required = true,
      description =
          "Weights in training form, with timm's names or the authors': safetensors or what"
              + " torch.save wrote, in a file, at s3a://... or another Hadoop URI, or at https://...")
  String uri = "";

  @Option(
      names = "--sha256",
      paramLabel = "HEX",
      description = "What the checkpoint must hash to; required for https.")
  @Nullable String sha256;

  @Option(
      names = "--checkpoint-key",
      paramLabel = "KEY",
      description =
          "Part of the file that holds the weights, such as model_ema (default: model, state_dict,"
              + " or the whole file).")
  @Nullable String key;

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      defaultValue = "${sys:user.home}/.cache/repvit-spark",
      description = "Where fetched checkpoints are kept, by hash (default: ${DEFAULT-VALUE}).")
  Path cache = Path.of("");

  /**
   * Fetches the checkpoint if need be and reads it.
   *
   * @param err for progress
   * @throws SettingsException if there is no such checkpoint or it is another one
   * @throws CheckpointException if it cannot be used
   * @throws IOException if it cannot be read or fetched for now
   */
  Checkpoint read(PrintWriter err) throws SettingsException, IOException {
    String pin = sha256 == null ? null : sha256.toLowerCase(Locale.ROOT);
    if (pin != null && !SHA256.matcher(pin).matches()) {
      throw new SettingsException(
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
