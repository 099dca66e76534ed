package io.repvit.job;

import static java.util.stream.Collectors.joining;

import io.repvit.checkpoint.CheckpointException;
import io.repvit.export.ExportException;
import io.repvit.export.Exporter;
import io.repvit.inference.ModelException;
import io.repvit.input.FileNames;
import io.repvit.input.InputException;
import io.repvit.input.Secrets;
import io.repvit.input.StoreException;
import io.repvit.run.LeaseException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/** Entry of {@code jobs/repvit} and of {@code spark-submit}. */
@Command(
    name = "repvit",
    description = "Batch image inference with RepViT on Apache Spark.",
    mixinStandardHelpOptions = true,
    version = Exporter.PRODUCER,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ClassifyCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      QuantiseCommand.class,
      BenchCommand.class
    })
public final class Main {
  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private static final Pattern EXCEPTION_NAME =
      Pattern.compile("\\b(?:[a-z0-9]+\\.)+[A-Z]\\w*(?:Exception|Error): ");

  private Main() {}

  /** Runs one command and exits with its {@link ExitCode}. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs one command in this JVM and returns its exit code. */
  static int run(String... args) {
    return execute(commandLine(), args);
  }

  /** As {@link #run(String...)}, with the result and the messages written elsewhere. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    return execute(commandLine().setOut(out).setErr(err), args);
  }

  /** Also of what is no exception to picocli, and which a file from elsewhere may cause. */
  static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      return failed(e, "out of memory, " + e.getMessage() + "; give the JVM more", command);
    } catch (StackOverflowError e) {
      return failed(e, "something in the input nests too deeply", command);
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setExecutionStrategy(Main::runLast)
        .setParameterExceptionHandler(Main::refuse)
        .setExecutionExceptionHandler(Main::explain)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  /** Arguments and names of files are wrong where they are not read as UTF-8; help is help. */
  private static int runLast(ParseResult parsed) {
    @Nullable Integer help = CommandLine.executeHelpRequest(parsed);
    if (help != null) {
      return help;
    }
    try {
      FileNames.requireUtf8();
    } catch (InputException e) {
      List<CommandLine> commands = parsed.asCommandLineList();
      throw new ExecutionException(commands.get(commands.size() - 1), "refused", e);
    }
    return new RunLast().execute(parsed);
  }

  /** One clear line; the whole usage would bury it. */
  private static int refuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println("%s: %s; see %s --help".formatted(name, oneLine(e), name));
    return ExitCode.BAD_INPUT;
  }

  /** One clear line for whatever the user can mend; the rest is a failure of the run. */
  private static int explain(Exception e, CommandLine command, ParseResult parsed) {
    String name = command.getCommandSpec().qualifiedName();
    if (DiskFull.isCauseOf(e)) {
      return failed(e, DiskFull.MESSAGE, command);
    }
    if (e instanceof SettingsException
        || e instanceof InputException
        || e instanceof ModelException
        || e instanceof CheckpointException
        || e instanceof ExportException) {
      command.getErr().println(name + ": " + oneLine(e));
      return ExitCode.BAD_INPUT;
    }
    if (e instanceof LeaseException) {
      command.getErr().println(name + ": " + oneLine(e));
      return ExitCode.FAILED;
    }
    return failed(e, reason(e), command);
  }

  private static int failed(Throwable e, String reason, CommandLine command) {
    command
        .getErr()
        .println(
            "%s: failed: %s; the run is not published, it is safe to start it again"
                .formatted(command.getCommandSpec().qualifiedName(), reason));
    LOG.error("the cause of the failure: {}", trace(e));
    return ExitCode.FAILED;
  }

  /**
   * The stack trace, whose messages are those of libraries and may show URIs as they were given.
   */
  static String trace(Throwable e) {
    var text = new StringWriter();
    e.printStackTrace(new PrintWriter(text, true));
    return Secrets.hide(text.toString());
  }

  /** A message without line breaks and without the Java classes that libraries put before it. */
  private static String oneLine(Exception e) {
    String line = String.valueOf(e.getMessage()).lines().map(String::strip).collect(joining(" "));
    return Secrets.hide(EXCEPTION_NAME.matcher(line).replaceAll(""));
  }

  /** What is at the bottom of a failure, which Spark wraps in whole stack traces. */
  private static String reason(Exception e) {
    for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof StoreException store) {
        return oneLine(store);
      }
    }
    return Secrets.hide(InputException.reason(e));
  }
}
