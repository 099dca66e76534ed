package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.export.Exporter;
import io.repvit.export.TimmPreprocessing;
import io.repvit.inference.Gelu;
import io.repvit.inference.ModelFile;
import io.repvit.inference.OnnxRuntime;
import io.repvit.model.RepVitVariant;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures several forms of one model on tensors in memory, each as ONNX Runtime optimises it and
 * with the rewritten graph.
 */
@Command(
    name = "session",
    description =
        "Compares forms of one model: as ONNX Runtime optimises it, with the rewritten graph, with"
            + " tanh GELU, and others such as quantised.",
    mixinStandardHelpOptions = true)
final class BenchSessionCommand implements Callable<Integer> {
  private static final int CLASSES = 1000;

  @Spec CommandSpec command;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "ONNX file (default: pseudo-random weights, with exact and with tanh GELU).")
  @Nullable Path model;

  @Option(
      names = "--variant",
      paramLabel = "NAME",
      description = "Variant for pseudo-random weights (default: ${DEFAULT-VALUE}).")
  String variant = RepVitVariant.M0_9.id();

  @Option(
      names = "--other",
      paramLabel = "FILE",
      description = "ONNX file of another form of the model, such as quantised; can be repeated.")
  List<Path> others = new ArrayList<>();

  @Mixin final BenchBatch batch = new BenchBatch();

  @Mixin final BenchRounds rounds = new BenchRounds(15);

  @Option(
      names = "--runs",
      paramLabel = "N",
      converter = AtLeastOne.class,
      description = "Inferences per form and round (default: ${DEFAULT-VALUE}).")
  int runs = 8;

  @Override
  public Integer call() throws IOException, UserException {
    List<ModelFile> files = new ArrayList<>();
    try {
      if (model == null) {
        files.addAll(pseudoRandom());
      } else {
        files.add(read(model));
      }
      for (Path other : others) {
        files.add(read(other));
      }
    } catch (NoSuchFileException e) {
      throw new UserException("file " + e.getFile() + " does not exist", e);
    } catch (IllegalArgumentException e) {
      throw new UserException(String.valueOf(e.getMessage()), e);
    }
    PrintWriter out = command.commandLine().getOut();
    out.printf(
        Locale.ROOT,
        "%s, one thread, batch %d, JVM %s, ONNX Runtime %s%n",
        Machine.processor(),
        batch.size,
        System.getProperty("java.version"),
        OnnxRuntime.version());
    try (var benchmark = new SessionBenchmark(files, batch.size, out)) {
      benchmark.run(rounds.number, runs);
    }
    out.flush();
    return ExitCode.DONE;
  }

  private static ModelFile read(Path file) throws IOException {
    return ModelFile.of(String.valueOf(file.getFileName()), Files.readAllBytes(file));
  }

  private List<ModelFile> pseudoRandom() throws IOException {
    List<String> labels = IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
    List<ModelFile> files = new ArrayList<>();
    for (Gelu gelu : Gelu.values()) {
      Path file = Files.createTempFile(variant + "-" + gelu.text() + "-", ".onnx");
      try {
        new Exporter(gelu)
            .exportPseudoRandom(
                RepVitVariant.byId(variant),
                labels,
                TimmPreprocessing.square(TimmPreprocessing.DEFAULT_SIDE),
                file);
        files.add(ModelFile.of(variant + " " + gelu.text(), Files.readAllBytes(file)));
      } finally {
        Files.deleteIfExists(file);
      }
    }
    return files;
  }
}
