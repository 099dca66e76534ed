package io.repvit.cli;

import io.repvit.UserException;
import io.repvit.run.Phase;
import io.repvit.run.RunEnd;
import java.io.IOException;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Model.CommandSpec;

/** Shows the messages and the progress of a run, and ends it when the JVM is told to stop. */
final class WatchedRun extends RunMessages {
  private final Stopping stopping;
  private final Progress progress;

  private WatchedRun(CommandSpec command, Stopping stopping, Progress progress) {
    super(command);
    this.stopping = stopping;
    this.progress = progress;
  }

  static RunEnd run(
      CommandSpec command, SparkSession spark, ClassifyConfig config, Stopping stopping)
      throws UserException, IOException {
    try (var progress = new Progress(command.commandLine().getErr())) {
      spark.sparkContext().addSparkListener(progress);
      return config.job().run(spark, new WatchedRun(command, stopping, progress));
    }
  }

  @Override
  public void enter(Phase phase) throws IOException {
    stopping.enter(phase);
    progress.enter(phase);
  }

  @Override
  public void planned(OptionalLong images, long done) {
    progress.planned(images, done);
  }
}
