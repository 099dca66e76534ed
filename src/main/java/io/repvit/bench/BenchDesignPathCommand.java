package io.repvit.bench;

import io.repvit.UserException;
import io.repvit.cli.ExitCode;
import io.repvit.cli.Machine;
import io.repvit.inference.ModelException;
import io.repvit.inference.OnnxRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Measures latency and throughput of the paper's design path and of all variants, fused and
 * unfused.
 */
@Command(
    name = "design-path",
    aliases = "--design-path",
    description =
        "Measures each step from MobileNetV3-L to RepViT and all variants, fused and unfused, and"
            + " writes a table and a plot.",
    mixinStandardHelpOptions = true)
final class BenchDesignPathCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for results.md and design-path.svg (default: ${DEFAULT-VALUE}).")
  Path output = Path.of("target", "design-path");

  @Mixin final BenchRounds rounds = new BenchRounds(3);

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Duration of each measurement, seconds (default: ${DEFAULT-VALUE}).")
  double seconds = 1;

  @Mixin final BenchBatch batch = new BenchBatch();

  @Override
  public Integer call() throws IOException, UserException {
    if (!(seconds > 0)) {
      throw new UserException("--seconds is " + seconds + ", expected a number greater than 0");
    }
    run(Contender.path(), Contender.family());
    return ExitCode.DONE;
  }

  /** Measures the given networks; tests pass smaller ones. */
  void run(List<Contender> path, List<Contender> family) throws IOException, ModelException {
    PrintWriter out = command.commandLine().getOut();
    int slots = Runtime.getRuntime().availableProcessors();
    List<String> setting =
        List.of(
            String.format(
                Locale.ROOT,
                "%s, %d task slots, batch %d, JVM %s, ONNX Runtime %s, %s.",
                Machine.processor(),
                slots,
                batch.size,
                System.getProperty("java.version"),
                OnnxRuntime.version(),
                LocalDate.now(ZoneOffset.UTC)),
            String.format(
                Locale.ROOT,
                "Median of %d rounds of %.1f s; pseudo-random weights, 224x224, 1000 classes.",
                rounds.number,
                seconds),
            "Unfused: ONNX Runtime folds norms into convolutions where it can; parallel branches remain.");
    setting.forEach(out::println);
    Path models = Files.createTempDirectory("design-path");
    try {
      DesignPathResults results =
          new DesignPathBenchmark(models, out, slots, batch.size, seconds)
              .run(path, family, rounds.number, setting);
      Files.createDirectories(output);
      Files.writeString(output.resolve("results.md"), DesignPathTable.of(results));
      Files.writeString(output.resolve("design-path.svg"), DesignPathPlot.of(results));
    } finally {
      delete(models);
    }
    out.printf(
        Locale.ROOT,
        "wrote %s and %s%n",
        output.resolve("results.md"),
        output.resolve("design-path.svg"));
    out.flush();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
