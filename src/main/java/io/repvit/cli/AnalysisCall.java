package io.repvit.cli;

import io.repvit.UserException;
import java.io.IOException;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/**
 * The result of an analysis when a program calls its command that has a Spark session, such as the
 * Python package. Settings, messages and exit codes are those of the command.
 *
 * @param exitCode {@link ExitCode}; 0 if the results are written
 * @param message why they are not, in one line; empty if they are
 * @param summary the summary, JSON; empty if there are no results
 */
public record AnalysisCall(int exitCode, String message, String summary) {
  /**
   * Executes the command of an analysis in a session, which stays open. Does not throw: every
   * failure becomes an exit code and a message.
   *
   * @param command name of the command, such as {@code duplicates}
   * @param settings by the name of the option without its dashes, as in {@code conf/COMMAND.conf}
   */
  public static AnalysisCall run(SparkSession spark, String command, Map<String, Object> settings) {
    try {
      return new AnalysisCall(ExitCode.DONE, "", execute(spark, command, settings));
    } catch (Exception | LinkageError | StackOverflowError e) {
      Failure failure = Failure.of(e);
      failure.log(e);
      return new AnalysisCall(failure.code(), failure.line(), "");
    }
  }

  private static String execute(SparkSession spark, String name, Map<String, Object> settings)
      throws UserException, IOException {
    Sparks.prepare(spark);
    CommandLine found = Main.commandLine().getSubcommands().get(name);
    if (found == null || !(found.getCommand() instanceof AnalysisCommand command)) {
      throw new UserException("there is no analysis named " + name);
    }
    return command.write(spark, Settings.ofCall(found.getCommandSpec(), settings)).json();
  }
}
