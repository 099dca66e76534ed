package io.repvit.analytics.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Accuracy and rate of a cascade for each limit of the first model's score, from images that both
 * models have classified. Limits are multiples of a thousandth; the last one is above 1 and stands
 * for all images.
 *
 * @param images number of images with a known true label
 * @param withoutTruth number of images without a true label; they are not evaluated
 * @param tolerance how much less accurate than the second model the cascade may be
 * @param first the first model alone
 * @param second the second model alone
 * @param chosen the smallest limit whose accuracy is within the tolerance
 * @param limits the limits at which the share of the second model grows by another 5 percent, and
 *     the chosen one
 */
public record CascadeLimits(
    long images,
    long withoutTruth,
    double tolerance,
    Alone first,
    Alone second,
    Limit chosen,
    List<Limit> limits) {
  private static final int STEPS = 1000;
  private static final double SHARE_STEP = 0.05;

  /**
   * One model.
   *
   * @param accuracy share of images whose best class is the true label
   * @param imagesPerSecond per task slot
   */
  public record Alone(double accuracy, double imagesPerSecond) {}

  /**
   * A cascade.
   *
   * @param below the second model classifies the images whose score by the first is less
   * @param share share of images that the second model classifies
   * @param accuracy share of images whose best class is the true label
   * @param imagesPerSecond per task slot
   */
  public record Limit(double below, double share, double accuracy, double imagesPerSecond) {}

  /**
   * Seconds of one task slot per image.
   *
   * @param other all but inference
   * @param first inference by the first model
   * @param second inference by the second model
   */
  public record Seconds(double other, double first, double second) {
    double rate(double share) {
      return 1 / (other + first + share * second);
    }
  }

  /**
   * Evaluates all limits.
   *
   * @param predictions rows of {@link io.repvit.table.PredictionTable} of a cascade whose second
   *     model classified every image
   * @param labels the true labels
   * @throws UserException when no path matches
   */
  public static CascadeLimits of(
      Dataset<Row> predictions, Labels labels, double tolerance, Seconds seconds)
      throws UserException {
    long all = predictions.count();
    List<Row> cells =
        labels
            .addTo(predictions)
            .where(col(Labels.COLUMN).isNotNull())
            .select(
                col(Labels.COLUMN),
                col("label"),
                col("cascade.first_label").as("first_label"),
                least(floor(col("cascade.first_score").multiply(STEPS)), lit(STEPS)).as("step"))
            .groupBy("step")
            .agg(count(lit(1)), right("first_label"), right("label"))
            .collectAsList();
    // By step: images, and how many of them each model classifies rightly.
    var n = new long[STEPS + 1];
    var first = new long[STEPS + 1];
    var second = new long[STEPS + 1];
    for (Row cell : cells) {
      int step = (int) cell.getLong(0);
      n[step] = cell.getLong(1);
      first[step] = cell.getLong(2);
      second[step] = cell.getLong(3);
    }
    long images = sumOf(n);
    if (images == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "none of the %d predictions has a true label; compare the paths of --input and --truth",
              all));
    }
    double target = (double) sumOf(second) / images - tolerance;
    List<Limit> limits = limits(n, first, second, seconds);
    Limit chosen =
        limits.stream().filter(limit -> limit.accuracy() >= target).findFirst().orElseThrow();
    return new CascadeLimits(
        images,
        all - images,
        tolerance,
        new Alone((double) sumOf(first) / images, seconds.rate(0)),
        new Alone((double) sumOf(second) / images, 1 / (seconds.other() + seconds.second())),
        chosen,
        shown(limits, chosen));
  }

  private static Column right(String label) {
    return sum(col(label).equalTo(col(Labels.COLUMN)).cast("long"));
  }

  private static long sumOf(long[] values) {
    long sum = 0;
    for (long value : values) {
      sum += value;
    }
    return sum;
  }

  /** The cascade with each limit, from 0 to above 1. */
  private static List<Limit> limits(long[] n, long[] first, long[] second, Seconds seconds) {
    double images = sumOf(n);
    long right = sumOf(first);
    long below = 0;
    var limits = new ArrayList<Limit>();
    for (int step = 0; step <= n.length; step++) {
      double share = below / images;
      limits.add(new Limit((double) step / STEPS, share, right / images, seconds.rate(share)));
      if (step < n.length) {
        below += n[step];
        right += second[step] - first[step];
      }
    }
    return limits;
  }

  private static List<Limit> shown(List<Limit> limits, Limit chosen) {
    var shown = new ArrayList<Limit>();
    double next = 0;
    for (Limit limit : limits) {
      boolean due = limit.share() >= next;
      if (due || limit == chosen) {
        shown.add(limit);
      }
      if (due) {
        next = limit.share() + SHARE_STEP;
      }
    }
    return shown;
  }
}
