package io.repvit.run;

import io.repvit.plan.Plan;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a run would read, ask of storage, and compute.
 *
 * @param planned the entries that the run reads; their files are deleted
 * @param images number of images; that of shards is estimated from the mean length of the images of
 *     the sample, and empty without one
 * @param tasks number of partitions
 * @param waves number of waves
 * @param requests storage requests of the run
 * @param planningSeconds how long listing and planning took
 * @param calibration speed of the task slots with the models and images of the run; null without
 *     one
 * @param seconds how long planning and classifying take on the cores of the run; empty without a
 *     calibration
 */
public record Forecast(
    RunPlan planned,
    OptionalLong images,
    int tasks,
    int waves,
    RunRequests requests,
    double planningSeconds,
    @Nullable Calibration calibration,
    OptionalDouble seconds) {

  /** A member of a tar shard has a header of 512 bytes, and is padded to 512 bytes. */
  private static final int BYTES_PER_MEMBER = 768;

  static OptionalLong images(Plan plan, @Nullable Calibration calibration) {
    return plan.images().isPresent() || calibration == null
        ? plan.images()
        : OptionalLong.of(
            Math.round(plan.length() / (calibration.bytesPerImage() + BYTES_PER_MEMBER)));
  }
}
