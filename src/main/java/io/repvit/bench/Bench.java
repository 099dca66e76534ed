package io.repvit.bench;

import io.repvit.cli.Main;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry of {@code jobs/bench}: one command per benchmark; each prints all its runs. */
@Command(
    name = "bench",
    description = "Measures on this machine.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "BENCHMARK",
    subcommands = {
      BenchJobCommand.class,
      BenchDecodeCommand.class,
      BenchDesignPathCommand.class,
      BenchSessionCommand.class
    })
public final class Bench {
  private Bench() {}

  /** Runs one benchmark and exits with its {@link io.repvit.cli.ExitCode}. */
  public static void main(String[] args) {
    System.exit(Main.execute(commandLine(), args));
  }

  /** Runs one benchmark in this JVM, with the result and the messages written elsewhere. */
  public static int run(PrintWriter out, PrintWriter err, String... args) {
    return Main.execute(commandLine().setOut(out).setErr(err), args);
  }

  private static CommandLine commandLine() {
    return Main.configured(new Bench());
  }
}
