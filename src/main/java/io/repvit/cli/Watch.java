package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.run.RunEnd;
import io.repvit.run.RunJob;
import io.repvit.watch.Lineage;
import io.repvit.watch.LineageParent;
import io.repvit.watch.MetricsFile;
import io.repvit.watch.RunResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.jspecify.annotations.Nullable;

/**
 * Tells the metrics file and OpenLineage how a run of {@code classify} begins and ends. What cannot
 * be told is a warning: it does not change the end of the run.
 */
final class Watch {
  /** Properties with which Airflow tells which of its tasks starts an application. */
  private static final String PARENT = "spark.openlineage.parent";

  /** JVMs do not tell which signal ends them; schedulers send SIGTERM. */
  private static final int STOPPED = 128 + 15;

  private final Settings settings;
  private final Consumer<String> warnings;
  private final Instant start = Instant.now();
  private final @Nullable MetricsFile file;
  private @Nullable Lineage lineage;
  private boolean ended;

  private Watch(Settings settings, Consumer<String> warnings) throws UserException {
    this.settings = settings;
    this.warnings = warnings;
    String path = settings.optionalText("metrics-file");
    file = path == null ? null : new MetricsFile(Path.of(path), settings.text("output"));
  }

  /** A run with some settings. */
  interface Run<T> {
    T run(Watch watch) throws UserException, IOException;
  }

  /**
   * Executes {@code run}, which calls {@link #begin} and {@link #end}. If it throws, the failure is
   * told and thrown again.
   *
   * @param warnings receives what could not be told
   */
  static <T> T during(Settings settings, Consumer<String> warnings, Run<T> run)
      throws UserException, IOException {
    var watch = new Watch(settings, warnings);
    try {
      return run.run(watch);
    } catch (Throwable e) {
      boolean stopped = Stopping.isUnderWay();
      Failure failure = Failure.of(e);
      watch.tell(
          new RunResult(
              stopped ? STOPPED : failure.code(),
              stopped ? "stopped by a signal" : failure.line(),
              null,
              stopped));
      throw e;
    }
  }

  /** The settings are valid and the run begins. */
  void begin(RunJob job) throws UserException {
    String place = settings.optionalText("openlineage");
    if (place == null) {
      return;
    }
    lineage =
        Lineage.of(
            place,
            System.getenv("OPENLINEAGE_API_KEY"),
            settings.text("openlineage-namespace"),
            parent(new SparkConf()),
            job,
            Sparks.hadoop());
    send(lineage::start, "START");
  }

  private static @Nullable LineageParent parent(SparkConf conf) {
    String run = conf.get(PARENT + "RunId", "");
    String job = conf.get(PARENT + "JobName", "");
    return run.isEmpty() || job.isEmpty()
        ? null
        : new LineageParent(conf.get(PARENT + "JobNamespace", "default"), job, run);
  }

  /** The run has ended without an exception. */
  void end(int exitCode, String message, RunEnd end) {
    tell(new RunResult(exitCode, message, end, false));
  }

  private void tell(RunResult result) {
    if (ended) {
      return; // A failure after the end of the run, such as of Spark's shutdown, changes nothing.
    }
    ended = true;
    // A run that is stopped is interrupted, which would end writing and sending, too.
    boolean interrupted = Thread.interrupted();
    if (file != null) {
      try {
        file.write(start, result);
      } catch (IOException e) {
        warnings.accept("metrics-file is not written: " + UserException.reason(e));
      }
    }
    if (lineage != null) {
      Lineage events = lineage;
      send(() -> events.end(result), "last");
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Sending {
    void send() throws IOException, InterruptedException;
  }

  private void send(Sending sending, String event) {
    try {
      sending.send();
    } catch (IOException e) {
      warnings.accept(
          "openlineage does not get the "
              + event
              + " event of this run: "
              + UserException.reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
