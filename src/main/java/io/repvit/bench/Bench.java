package io.repvit.bench;

import io.repvit.cli.Main;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Main class of {@code jobs/bench}. Each benchmark is a command and prints every measurement. */
@Command(
    name = "bench",
    description = "Runs a benchmark on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = {
      BenchAuditCommand.class,
      BenchClustersCommand.class,
      BenchJobCommand.class,
      BenchColdCommand.class,
      BenchDecodeCommand.class,
      BenchDesignPathCommand.class,
      BenchDuplicatesCommand.class,
      BenchEvaluateCommand.class,
      BenchForecastCommand.class,
      BenchNeighboursCommand.class,
      BenchProbeCommand.class,
      BenchSessionCommand.class,
      BenchTransformCommand.class
    })
public final class Bench {
  private Bench() {}

  /** Runs one benchmark and exits with its {@link io.repvit.cli.ExitCode}. */
  public static void main(String[] args) {
    System.exit(Main.execute(commandLine(), args));
  }

  /** Runs one benchmark in this JVM. The result goes to {@code out}, messages go to {@code err}. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return Main.execute(commandLine().setOut(out).setErr(err), args);
  }

  private static CommandLine commandLine() {
    return Main.configured(new Bench());
  }
}
