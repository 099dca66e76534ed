package io.repvit.job;

import io.repvit.onnx.OnnxSummary;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a model file says of itself. */
@Command(
    name = "inspect",
    description = "Prints a model's card, size and work, and whether anything is left unfused.",
    mixinStandardHelpOptions = true)
final class InspectCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Parameters(paramLabel = "FILE", description = "ONNX file.")
  Path file = Path.of("");

  @Override
  public Integer call() throws IOException, SettingsException {
    OnnxSummary summary;
    try {
      summary = OnnxSummary.read(file);
    } catch (NoSuchFileException e) {
      throw new SettingsException("file " + file + " does not exist", e);
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = command.commandLine().getOut();
    summary
        .metadata()
        .forEach((key, value) -> out.printf("%-28s %s%n", key, value.replace("\n", ", ")));
    out.printf("%-28s %s%n", "producer", summary.producer());
    out.printf("%-28s %d, IR version %d%n", "opset", summary.opset(), summary.irVersion());
    out.printf("%-28s %s%n", "operators", summary.operators());
    out.printf("%-28s %d%n", "parameters", summary.parameters());
    out.printf(
        "%-28s %s%n",
        "GMACs",
        summary.macs().isPresent()
            ? "%.3f".formatted(summary.macs().getAsLong() / 1e9)
            : "unknown: an operator or the input's size is not known");
    out.printf(
        "%-28s %s%n",
        "fused",
        summary.fused()
            ? "yes"
            : "no: %d norms, %d parallel branches"
                .formatted(
                    summary.operators().getOrDefault("BatchNormalization", 0), summary.forks()));
    out.flush();
    return ExitCode.DONE;
  }
}
