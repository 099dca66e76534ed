package io.repvit.run;

import java.time.Duration;
import java.util.Locale;

/**
 * How a run is divided, guarded and published.
 *
 * @param waveImages images, about, after which what was done is safe from a crash; at least 1
 * @param targetFileBytes longest published file, unless a staged one is longer; at least 1 MiB
 * @param leaseTimeout silence after which an attempt is taken for dead; 2 s to a day
 * @param unfinished what becomes of what earlier attempts have done
 */
public record RunPolicy(
    long waveImages, long targetFileBytes, Duration leaseTimeout, Unfinished unfinished) {
  private static final long MIN_FILE_BYTES = 1L << 20;
  private static final Duration MIN_TIMEOUT = Duration.ofSeconds(2);
  static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  /** As the options of {@code classify} have them. */
  public static final RunPolicy DEFAULT =
      new RunPolicy(100_000, 128L << 20, Duration.ofSeconds(60), Unfinished.RESUME);

  public RunPolicy {
    if (waveImages < 1) {
      throw new IllegalArgumentException("wave-images is " + waveImages + ", must be at least 1");
    }
    if (targetFileBytes < MIN_FILE_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "target-file-size is %d, must be at least %d",
              targetFileBytes,
              MIN_FILE_BYTES));
    }
    if (leaseTimeout.compareTo(MIN_TIMEOUT) < 0 || leaseTimeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "lease-timeout is %s, must be 2 seconds to a day", leaseTimeout));
    }
  }
}
