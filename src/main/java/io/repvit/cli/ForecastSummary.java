package io.repvit.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.repvit.analytics.Summaries;
import io.repvit.plan.Plan;
import io.repvit.run.Calibration;
import io.repvit.run.Forecast;
import io.repvit.run.RunRequests;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What {@code classify --dry-run} tells.
 *
 * @param images number of images; null for shards without a sample
 * @param imagesEstimated whether it is estimated
 * @param planningSeconds how long listing and planning took; the run needs that time too
 * @param calibration null without {@code --cores}
 * @param seconds planning and classifying on {@code cores} cores; null without a calibration
 * @param money null without a price
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ForecastSummary(
    String summary,
    long entries,
    @Nullable Long images,
    boolean imagesEstimated,
    long bytes,
    long skipped,
    long skippedFailed,
    Map<String, Long> leftOut,
    int tasks,
    int waves,
    RunRequests requests,
    double planningSeconds,
    @Nullable Calibration calibration,
    @Nullable Integer cores,
    @Nullable Double seconds,
    @Nullable Money money) {

  /** In the currency of the prices; null where there is no price. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Money(
      @Nullable Double cores, @Nullable Double reads, @Nullable Double writes, double total) {
    static @Nullable Money of(
        @Nullable Double cores, @Nullable Double reads, @Nullable Double writes) {
      return cores == null && reads == null && writes == null
          ? null
          : new Money(cores, reads, writes, or0(cores) + or0(reads) + or0(writes));
    }

    private static double or0(@Nullable Double value) {
      return value == null ? 0 : value;
    }
  }

  static ForecastSummary of(Forecast forecast, DryRunFlags flags) {
    Plan plan = forecast.planned().plan();
    Integer cores = flags.cores;
    Double seconds = forecast.seconds().isPresent() ? forecast.seconds().getAsDouble() : null;
    RunRequests requests = forecast.requests();
    return new ForecastSummary(
        plan.summary(),
        plan.count(),
        forecast.images().isPresent() ? forecast.images().getAsLong() : null,
        plan.images().isEmpty(),
        plan.length(),
        forecast.planned().skipped(),
        forecast.planned().failed(),
        plan.leftOut().byName(),
        forecast.tasks(),
        forecast.waves(),
        requests,
        forecast.planningSeconds(),
        forecast.calibration(),
        cores,
        seconds,
        Money.of(
            cores == null || seconds == null
                ? null
                : product(flags.pricePerCoreHour, cores * seconds / 3600),
            product(flags.pricePerReads, requests.reads() / 1000.0),
            product(flags.pricePerWrites, requests.writes() / 1000.0)));
  }

  private static @Nullable Double product(@Nullable Double price, double amount) {
    return price == null ? null : price * amount;
  }

  String json() {
    return Summaries.json(this);
  }

  /** The lines after the size of the plan. */
  void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "requests     %d GET, %d HEAD, %d LIST, %d PUT, %d POST, %d DELETE; %d reads, %d writes%n",
        requests.get(),
        requests.head(),
        requests.list(),
        requests.put(),
        requests.post(),
        requests.delete(),
        requests.reads(),
        requests.writes());
    out.printf(Locale.ROOT, "run          %d tasks in %d waves", tasks, waves);
    if (images != null) {
      out.printf(Locale.ROOT, ", %s%d images", imagesEstimated ? "about " : "", images);
    }
    out.println();
    if (calibration != null) {
      out.printf(
          Locale.ROOT,
          "sample       %.1f images/s per core, %d images on %d task slots in %.1f s each; ms per"
              + " image: %s%s%n",
          calibration.imagesPerSecondPerCore(),
          calibration.images(),
          calibration.tasks(),
          calibration.seconds(),
          calibration.millisecondsPerImage().entrySet().stream()
              .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
              .collect(Collectors.joining(", ")),
          calibration.failed().isEmpty() ? "" : "; failed: " + calibration.failed());
    }
    if (seconds != null && cores != null) {
      out.printf(Locale.ROOT, "time         %.3f hours on %d cores%n", seconds / 3600, cores);
    }
    if (money != null) {
      out.printf(Locale.ROOT, "money        %.4f", money.total());
      print(out, "cores", money.cores());
      print(out, "reads", money.reads());
      print(out, "writes", money.writes());
      out.println();
    }
  }

  private static void print(PrintWriter out, String what, @Nullable Double money) {
    if (money != null) {
      out.printf(Locale.ROOT, ", %s %.4f", what, money);
    }
  }
}
