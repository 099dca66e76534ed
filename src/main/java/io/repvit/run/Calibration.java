package io.repvit.run;

import io.repvit.metrics.Work;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast the task slots of a Spark application classify a sample of the input, all at the same
 * time, as in a run.
 *
 * @param tasks number of tasks
 * @param images images that were measured, those with a failure too; a sampled image counts each
 *     time that it was classified
 * @param failed those that went to quarantine, by stage and code
 * @param seconds measured time of a task, on average
 * @param imagesPerSecondPerCore images that a core classifies while all others do the same
 * @param bytesPerImage mean length of the encoded images
 * @param millisecondsPerImage by stage
 */
public record Calibration(
    int tasks,
    long images,
    Map<String, Long> failed,
    double seconds,
    double imagesPerSecondPerCore,
    double bytesPerImage,
    Map<String, Double> millisecondsPerImage) {

  /**
   * Sums the measurements of tasks that ran at the same time.
   *
   * @param cores threads of a task that compute one batch: {@code spark.task.cpus}
   */
  static Calibration of(List<CalibrationTask.Measured> tasks, int cores) {
    Work work = tasks.stream().map(CalibrationTask.Measured::work).reduce(Work.NONE, Work::plus);
    double seconds = tasks.stream().mapToLong(CalibrationTask.Measured::nanos).sum() / 1e9;
    double images = Math.max(1, work.images());
    var milliseconds = new LinkedHashMap<String, Double>();
    work.stageNanos().forEach((stage, nanos) -> milliseconds.put(stage, nanos / 1e6 / images));
    return new Calibration(
        tasks.size(),
        work.images(),
        work.quarantined(),
        seconds / Math.max(1, tasks.size()),
        work.images() / (seconds * cores),
        work.bytes() / images,
        milliseconds);
  }

  /** Whether at least one image of the sample could be classified. */
  boolean isUseful() {
    return images > failed.values().stream().mapToLong(n -> n).sum();
  }
}
