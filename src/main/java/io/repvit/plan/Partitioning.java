package io.repvit.plan;

import java.io.Serializable;

/**
 * The division of a run into partitions and waves.
 *
 * @param partitions approximate number of partitions; each is one task
 * @param waves number of waves. Waves run one after another, and each is a range of partitions. The
 *     rows of a finished wave are kept when the run fails later
 */
public record Partitioning(int partitions, int waves) {
  /** Assumed size of an image where only the size of the shard is known: 128 KiB. */
  private static final long BYTES_PER_IMAGE = 128 << 10;

  /** Largest number of waves. Each wave costs some requests and a barrier. */
  private static final int MAX_WAVES = 10_000;

  public Partitioning {
    if (partitions < 1 || waves < 1) {
      throw new IllegalArgumentException(partitions + " partitions in " + waves + " waves");
    }
  }

  /**
   * Divides a plan.
   *
   * @param wanted number of partitions; 0 chooses a number that keeps all task slots busy
   * @param waveImages approximate number of images per wave
   * @param slots task slots of the cluster
   */
  public static Partitioning of(Plan plan, int wanted, long waveImages, int slots) {
    long images = plan.images().orElse(plan.length() / BYTES_PER_IMAGE);
    int waves = (int) Math.min(MAX_WAVES, 1 + Math.max(0, images - 1) / waveImages);
    int partitions = wanted > 0 ? wanted : BalancedPartitions.count(plan.count(), slots, waves);
    return new Partitioning(partitions, Math.min(waves, partitions));
  }

  /** This division with at most {@code actual} waves, the number of partitions that Spark made. */
  public Partitioning atMost(int actual) {
    return new Partitioning(partitions, Math.min(waves, actual));
  }

  /**
   * The partitions of one wave.
   *
   * @param actual number of partitions that Spark made
   */
  public Range range(int wave, int actual) {
    return new Range(
        (int) ((long) actual * wave / waves), (int) ((long) actual * (wave + 1) / waves));
  }

  /** The partitions from {@code first} (inclusive) to {@code end} (exclusive). */
  public record Range(int first, int end) implements Serializable {}
}
