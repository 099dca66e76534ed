package io.repvit.run;

import io.repvit.metrics.Durations;
import io.repvit.predict.CascadeIdentity;
import io.repvit.predict.ModelIdentity;
import io.repvit.predict.PartitionReport;
import org.jspecify.annotations.Nullable;

/**
 * How the two models of a cascade shared the images of a run.
 *
 * @param second identity of the second model
 * @param below the second model has classified the images whose score by the first is less
 * @param answeredByFirst rows in the predictions table that are from the first model
 * @param answeredBySecond rows in the predictions table that are from the second model
 * @param firstImagesPerSecond images that the first model classifies per second of inference on one
 *     task slot; null if it has not run
 * @param secondImagesPerSecond the same of the second model
 */
public record RunCascade(
    ModelIdentity second,
    double below,
    long answeredByFirst,
    long answeredBySecond,
    @Nullable Double firstImagesPerSecond,
    @Nullable Double secondImagesPerSecond) {

  static RunCascade of(CascadeIdentity cascade, PartitionReport report, int batch) {
    var times = report.metrics().times();
    return new RunCascade(
        cascade.second(),
        cascade.below(),
        report.predicted() - report.answeredBySecond(),
        report.answeredBySecond(),
        rate(times.infer(), batch),
        rate(times.inferSecond(), batch));
  }

  /** A batch takes as long if it is not full. */
  private static @Nullable Double rate(Durations batches, int batch) {
    return batches.count() == 0 ? null : 1e9 * batches.count() * batch / batches.nanos();
  }
}
