package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.source.FileNames;
import io.repvit.spark4.YarnDriver;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Main class of {@code jobs/repvit} and of {@code spark-submit}. */
@Command(
    name = "repvit",
    description = "Batch image inference with RepViT on Apache Spark.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AuditCommand.class,
      ClassifyCommand.class,
      ClusterCommand.class,
      ChooseThresholdCommand.class,
      CompactCommand.class,
      DuplicatesCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      NeighboursCommand.class,
      ProbeCommand.class,
      PruneCommand.class,
      QuantiseCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs one command and exits with its {@link ExitCode}. */
  public static void main(String[] args) throws SparkException {
    int code = run(args);
    if (YarnDriver.isHere()) {
      YarnDriver.end(code);
    } else {
      System.exit(code);
    }
  }

  /** Runs one command in this JVM and returns its exit code. */
  static int run(String... args) {
    return execute(commandLine(), args);
  }

  /** Runs one command in this JVM. The result goes to {@code out}, messages go to {@code err}. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return execute(commandLine().setOut(out).setErr(err), args);
  }

  /** Runs a command line and returns its exit code. Handles errors too, which picocli does not. */
  public static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (Error e) {
      return explain(e, command);
    }
  }

  static CommandLine commandLine() {
    return configured(new Main());
  }

  /** Creates a picocli command line that reports failures in the way of this project. */
  public static CommandLine configured(Object commands) {
    return new CommandLine(commands)
        .setExecutionStrategy(Main::runLast)
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler((e, command, parsed) -> explain(e, command))
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /**
   * Prints help, or checks the encoding and runs the command: without UTF-8, arguments and file
   * names would be read wrongly.
   */
  private static int runLast(ParseResult parsed) {
    @Nullable Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    try {
      FileNames.requireUtf8();
    } catch (UserException e) {
      List<CommandLine> commands = parsed.asCommandLineList();
      throw new ExecutionException(commands.get(commands.size() - 1), "refused", e);
    }
    return new RunLast().execute(parsed);
  }

  /** Reports a wrong argument in one line, without the whole usage text. */
  private static int refuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command
        .getErr()
        .println(
            String.format(Locale.ROOT, "%s: %s; see %s --help", name, Failure.oneLine(e), name));
    return ExitCode.BAD_INPUT;
  }

  /** Reports a failure in one line, and logs the stack trace if the failure is unforeseen. */
  private static int explain(Throwable e, CommandLine command) {
    if (Stopping.isUnderWay()) {
      return ExitCode.FAILED;
    }
    Failure failure = Failure.of(e);
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + failure.line());
    failure.log(e);
    return failure.code();
  }
}
