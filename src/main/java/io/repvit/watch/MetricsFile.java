package io.repvit.watch;

import io.repvit.UserException;
import io.repvit.metrics.Drift;
import io.repvit.predict.PartitionReport;
import io.repvit.run.RunEnd;
import io.repvit.run.RunManifest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A file with the figures of the last run of a job, for the textfile collector of Prometheus' node
 * exporter. It is replaced as a whole at the end of every run, also of one that fails.
 */
public final class MetricsFile {
  /** The collector reads only files with this ending. */
  private static final String ENDING = ".prom";

  private final Path file;
  private final String output;

  /**
   * @param file path on the driver's machine
   * @param output of the run; the label {@code output}
   * @throws UserException if the collector would not read the file, or its folder does not exist
   */
  public MetricsFile(Path file, String output) throws UserException {
    this.file = file.toAbsolutePath();
    this.output = output;
    if (!file.toString().endsWith(ENDING)) {
      throw new UserException(
          "metrics-file is "
              + file
              + ", expected a name that ends in "
              + ENDING
              + ", because the textfile collector reads no other");
    }
    Path folder = this.file.getParent();
    if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder)) {
      throw new UserException(
          "metrics-file: " + folder + " is no folder that this user can write to; create it");
    }
  }

  /**
   * Writes the figures.
   *
   * @param start start of the run
   */
  public void write(Instant start, RunResult result) throws IOException {
    var text = new MetricsText(output);
    double end = seconds(Instant.now());
    text.add(LastRunMetric.EXIT_CODE, result.exitCode());
    text.add(LastRunMetric.START_TIME_SECONDS, seconds(start));
    text.add(LastRunMetric.END_TIME_SECONDS, end);
    boolean success =
        result.end() instanceof RunEnd.Published || result.end() instanceof RunEnd.NothingNew;
    OptionalDouble last = success ? OptionalDouble.of(end) : lastSuccess(text);
    last.ifPresent(time -> text.add(LastRunMetric.SUCCESS_TIME_SECONDS, time));
    if (result.end() instanceof RunEnd.Published published) {
      add(text, published.manifest());
    } else if (result.end() instanceof RunEnd.NothingNew nothing) {
      text.add(LastRunMetric.SKIPPED, nothing.listed());
    } else if (result.end() instanceof RunEnd.LimitExceeded exceeded) {
      add(text, exceeded.report());
    } else if (result.end() instanceof RunEnd.Drifted drifted) {
      add(text, drifted.report());
      add(text, drifted.drift());
    }
    replace(text.toString());
  }

  /** The time of the last success in the present file. */
  private OptionalDouble lastSuccess(MetricsText text) throws IOException {
    if (!Files.exists(file)) {
      return OptionalDouble.empty();
    }
    String series = text.series(LastRunMetric.SUCCESS_TIME_SECONDS) + " ";
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(series))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
        .findFirst();
  }

  private static void add(MetricsText text, RunManifest m) {
    text.add(LastRunMetric.INFO, 1, m.runDate(), m.runId(), m.model().modelSha256());
    images(text, m.predicted(), m.quarantined(), m.quarantineReasons(), m.bytes(), m.reused());
    text.add(LastRunMetric.SKIPPED, m.skipped());
    if (m.scores().mean() != null) {
      text.add(LastRunMetric.SCORE_MEAN, m.scores().mean());
    }
    text.add(LastRunMetric.WAVES, m.waves());
    text.add(LastRunMetric.TASKS, m.partitions());
    text.add(LastRunMetric.ATTEMPTS, m.attempts());
    m.phases().forEach((phase, s) -> text.add(LastRunMetric.PHASE_SECONDS, s, phase));
    text.add(LastRunMetric.CLASSIFY_SECONDS, m.classifySeconds());
    text.add(LastRunMetric.IMAGES_PER_SECOND, m.imagesPerSecond());
    text.add(LastRunMetric.CORE_SECONDS, m.coreSeconds());
    text.add(LastRunMetric.IMAGES_PER_CORE_SECOND, m.imagesPerSecondPerCore());
    m.stages().forEach((name, s) -> text.add(LastRunMetric.STAGE_SECONDS, s.seconds(), name));
    Map.of(
            "get", m.storage().get(),
            "head", m.storage().head(),
            "list", m.storage().list(),
            "put", m.storage().put(),
            "post", m.storage().post(),
            "delete", m.storage().delete())
        .forEach((kind, n) -> text.add(LastRunMetric.STORAGE_REQUESTS, n, kind));
    add(text, m.drift());
  }

  private static void add(MetricsText text, PartitionReport r) {
    images(text, r.predicted(), r.quarantinedTotal(), r.quarantined(), r.bytes(), r.reused());
  }

  private static void images(
      MetricsText text,
      long predicted,
      long quarantined,
      Map<String, Long> reasons,
      long bytes,
      long reused) {
    text.add(LastRunMetric.IMAGES, predicted, "predictions");
    text.add(LastRunMetric.IMAGES, quarantined, "quarantine");
    reasons.forEach(
        (reason, n) -> {
          int slash = reason.indexOf('/');
          text.add(
              LastRunMetric.QUARANTINED,
              n,
              reason.substring(0, slash),
              reason.substring(slash + 1));
        });
    text.add(LastRunMetric.BYTES, bytes);
    text.add(LastRunMetric.REUSED, reused);
  }

  private static void add(MetricsText text, Drift drift) {
    if (drift instanceof Drift.Compared compared) {
      for (Drift.Measure measure : compared.measures()) {
        text.add(LastRunMetric.DRIFT, measure.value(), measure.name());
        text.add(LastRunMetric.DRIFT_LIMIT, measure.limit(), measure.name());
      }
    }
  }

  private static double seconds(Instant time) {
    return time.toEpochMilli() / 1e3;
  }

  /** Readers see the old file or the new one; the collector does not read the temporary one. */
  private void replace(String text) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
