package io.repvit.report;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Formats numbers for people. */
public final class Numbers {
  private static final List<String> BYTES = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB");

  private Numbers() {}

  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Formats with three significant digits, but with all digits before the decimal point. */
  public static String number(double x) {
    double a = Math.abs(x);
    String format = a >= 100 || a == 0 ? "%,.0f" : a >= 10 ? "%.1f" : a >= 1 ? "%.2f" : "%.3g";
    return String.format(Locale.ROOT, format, x);
  }

  public static String percent(double share) {
    double p = 100 * share;
    return String.format(Locale.ROOT, p == 0 || p >= 10 ? "%.0f %%" : "%.2g %%", p);
  }

  public static String bytes(long n) {
    int unit = 0;
    double x = n;
    while (x >= 1024 && unit < BYTES.size() - 1) {
      x /= 1024;
      unit++;
    }
    return (unit == 0 ? count(n) : number(x)) + " " + BYTES.get(unit);
  }

  public static String duration(double seconds) {
    if (seconds < 60) {
      return number(seconds) + " s";
    }
    Duration d = Duration.ofSeconds(Math.round(seconds));
    return d.toHours() > 0
        ? String.format(Locale.ROOT, "%d h %02d min", d.toHours(), d.toMinutesPart())
        : String.format(Locale.ROOT, "%d min %02d s", d.toMinutes(), d.toSecondsPart());
  }
}
