package io.repvit.run;

import java.time.Duration;
import java.util.Locale;

/**
 * How a run is divided into waves, protected by a lease, and published.
 *
 * @param waveImages approximate number of images per wave; committed waves survive a crash; at
 *     least 1
 * @param targetFileBytes maximum length of a table file, unless a staged file is longer; at least 1
 *     MiB
 * @param leaseTimeout time without renewal after which a lease expires; 2 s to a day
 * @param unfinished whether committed waves of earlier attempts are resumed or discarded
 */
public record RunPolicy(
    long waveImages, long targetFileBytes, Duration leaseTimeout, Unfinished unfinished) {
  private static final long MIN_FILE_BYTES = 1L << 20;
  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(2);
  static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  /** The defaults of {@code classify}. */
  public static final RunPolicy DEFAULT =
      new RunPolicy(100_000, 128L << 20, Duration.ofSeconds(60), Unfinished.RESUME);

  public RunPolicy {
    if (waveImages < 1) {
      throw new IllegalArgumentException("wave-images is " + waveImages + ", expected at least 1");
    }
    if (targetFileBytes < MIN_FILE_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "target-file-size is %d, expected at least %d",
              targetFileBytes,
              MIN_FILE_BYTES));
    }
    if (leaseTimeout.compareTo(MIN_TIMEOUT) < 0 || leaseTimeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "lease-timeout is %s, expected 2 seconds to a day", leaseTimeout));
    }
  }
}
