package io.repvit.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * Exponentially weighted rate of a count: the weight of past values falls by a factor of e per
 * {@link #MEMORY}. One slow task changes it little, a slower store within minutes.
 */
final class Pace {
  static final Duration MEMORY = Duration.ofSeconds(60);

  private long nanos;
  private long count;
  private double seconds;
  private double counted;

  /**
   * Starts with count 0.
   *
   * @param nanos time of {@link System#nanoTime}
   */
  Pace(long nanos) {
    this.nanos = nanos;
  }

  /** Records that the count is {@code now} at time {@code nanosNow}. */
  void observe(long nanosNow, long now) {
    double passed = (nanosNow - nanos) / 1e9;
    double weight = Math.exp(-passed / MEMORY.toSeconds());
    seconds = seconds * weight + passed;
    counted = counted * weight + (now - count);
    nanos = nanosNow;
    count = now;
  }

  /** The rate; 0 if nothing was counted. */
  double perSecond() {
    return counted <= 0 || seconds <= 0 ? 0 : counted / seconds;
  }

  /**
   * The estimated time for {@code rest} more, as text; empty if nothing is left or the rate is 0.
   */
  String left(long rest) {
    if (rest <= 0 || perSecond() == 0) {
      return "";
    }
    long left = Math.max(1, Math.round(rest / perSecond()));
    if (left < 60) {
      return left + " s";
    }
    long minutes = Math.round(left / 60.0);
    return minutes < 60
        ? minutes + " min"
        : String.format(Locale.ROOT, "%d h %02d min", minutes / 60, minutes % 60);
  }
}
