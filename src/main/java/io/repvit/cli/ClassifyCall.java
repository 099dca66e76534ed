package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.run.RunEnd;
import io.repvit.run.RunObserver;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;

/**
 * The result of the command {@code classify} when a program calls it that has a Spark session, such
 * as the Python package. Settings, messages and exit codes are those of the command.
 *
 * <pre>{@code
 * ClassifyCall call =
 *     ClassifyCall.run(
 *         spark, Map.of("model", "m.onnx", "input", List.of("photos"), "output", "tables"));
 * System.out.println(call.exitCode() == 0 ? call.manifest() : call.message());
 * }</pre>
 *
 * @param exitCode {@link ExitCode}; 0 if the run is published
 * @param message why the run is not published, in one line; empty if it is
 * @param manifest the manifest of the published run, JSON; empty if the run is not published
 * @param warnings what the run warns of and what it resumes
 */
public record ClassifyCall(int exitCode, String message, String manifest, List<String> warnings) {
  /** A setting that only concerns the exit code of a process. */
  private static final String PROCESS_ONLY = "nothing-new-code";

  /**
   * Executes a whole run in a session, which stays open. Does not throw: every failure becomes an
   * exit code and a message.
   *
   * @param settings by the name of the option without its dashes, as in {@code conf/classify.conf}
   */
  public static ClassifyCall run(SparkSession spark, Map<String, Object> settings) {
    var warnings = new ArrayList<String>();
    try {
      return execute(spark, settings, warnings);
    } catch (Exception | LinkageError | StackOverflowError e) {
      Failure failure = Failure.of(e);
      failure.log(e);
      return new ClassifyCall(failure.code(), failure.line(), "", warnings);
    }
  }

  private static ClassifyCall execute(
      SparkSession spark, Map<String, Object> settings, List<String> warnings)
      throws UserException, IOException {
    if (settings.containsKey(PROCESS_ONLY)) {
      throw new UserException(PROCESS_ONLY + " does not apply to a call; leave it out");
    }
    Sparks.prepare(spark);
    var command = new CommandLine(new ClassifyCommand()).getCommandSpec();
    Settings all = Settings.ofCall(command, settings);
    return Watch.during(
        all,
        warnings::add,
        watch -> {
          var config = ClassifyConfig.of(all, Clock.systemUTC());
          watch.begin(config.job());
          RunEnd end = config.job().run(spark, new Warnings(warnings));
          if (end instanceof RunEnd.Published published) {
            watch.end(ExitCode.DONE, "", end);
            return new ClassifyCall(ExitCode.DONE, "", published.manifest().json(), warnings);
          }
          var unpublished = Unpublished.of(end, config);
          watch.end(unpublished.code(), unpublished.line(), end);
          return new ClassifyCall(unpublished.code(), unpublished.line(), "", warnings);
        });
  }

  /** Collects what a run tells people. */
  private record Warnings(List<String> lines) implements RunObserver {
    @Override
    public void warn(String message) {
      lines.add(message);
    }

    @Override
    public void resuming(String what) {
      lines.add("resuming " + what);
    }
  }
}
