package io.repvit.cli;

import java.time.Duration;
import java.util.Locale;

/**
 * How fast a count grows: a mean in which what is {@link #MEMORY} old weighs a third of what is
 * new, so that one slow task hardly changes it and a slower store soon does.
 */
final class Pace {
  static final Duration MEMORY = Duration.ofSeconds(60);

  private long nanos;
  private long count;
  private double seconds;
  private double counted;

  /**
   * Begins to measure.
   *
   * @param nanos of {@link System#nanoTime}
   */
  Pace(long nanos) {
    this.nanos = nanos;
  }

  /** At this time the count was {@code now}. */
  void observe(long nanosNow, long now) {
    double passed = (nanosNow - nanos) / 1e9;
    double weight = Math.exp(-passed / MEMORY.toSeconds());
    seconds = seconds * weight + passed;
    counted = counted * weight + (now - count);
    nanos = nanosNow;
    count = now;
  }

  /** 0 while nothing was counted. */
  double perSecond() {
    return counted <= 0 || seconds <= 0 ? 0 : counted / seconds;
  }

  /**
   * How long {@code rest} more takes, for people; empty when nothing is left or that is not known.
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
