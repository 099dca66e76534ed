package io.repvit.plan;

import java.io.Serializable;

/**
 * How a run is divided.
 *
 * @param partitions about how many, each one task
 * @param waves one after another, each neighbouring partitions; what a wave has done is not lost
 */
public record Partitioning(int partitions, int waves) {
  /** What an image is taken for where only bytes are known, as of shards: 128 KiB. */
  private static final long BYTES_PER_IMAGE = 128 << 10;

  /** Each wave costs some requests and a barrier. */
  private static final int MAX_WAVES = 10_000;

  public Partitioning {
    if (partitions < 1 || waves < 1) {
      throw new IllegalArgumentException(partitions + " partitions in " + waves + " waves");
    }
  }

  /**
   * Waves of about {@code waveImages} images, in as many partitions as are {@code wanted} or, for
   * 0, as keep {@code slots} task slots busy.
   */
  public static Partitioning of(Plan plan, int wanted, long waveImages, int slots) {
    long images = plan.images().orElse(plan.length() / BYTES_PER_IMAGE);
    int waves = (int) Math.min(MAX_WAVES, 1 + Math.max(0, images - 1) / waveImages);
    int partitions = wanted > 0 ? wanted : BalancedPartitions.count(plan.entries(), slots, waves);
    return new Partitioning(partitions, Math.min(waves, partitions));
  }

  /** The same with no more waves than {@code actual} partitions. */
  public Partitioning atMost(int actual) {
    return new Partitioning(partitions, Math.min(waves, actual));
  }

  /**
   * The partitions of a wave.
   *
   * @param actual partitions of the run
   */
  public Range range(int wave, int actual) {
    return new Range(
        (int) ((long) actual * wave / waves), (int) ((long) actual * (wave + 1) / waves));
  }

  /** Numbers from {@code first} to before {@code end}. */
  public record Range(int first, int end) implements Serializable {}
}
