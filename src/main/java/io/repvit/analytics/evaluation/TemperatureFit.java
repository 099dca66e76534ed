package io.repvit.analytics.evaluation;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;

import io.repvit.UserException;
import io.repvit.analytics.evaluation.EvaluationSummary.Temperature;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Temperature scaling, by Guo et al., On Calibration of Modern Neural Networks, ICML 2017: the T
 * that minimises the mean negative log-likelihood (NLL) of softmax(logits / T).
 *
 * <p>The logarithms of all probabilities of an image are its logits up to a constant, which softmax
 * ignores. So T is exact up to the rounding of the probabilities to float, if top_k has all
 * classes. The NLL is convex in b = 1/T. Its derivatives are sums over the images, one pass each;
 * the root of the first is found by Newton's method within an interval that holds it.
 */
final class TemperatureFit {
  private static final double LEAST = 1e-3;
  private static final double MOST = 1e3;
  private static final double TOLERANCE = 1e-10;
  private static final int MOST_PASSES = 100;
  private static final double SUM_TOLERANCE = 1e-3;

  private TemperatureFit() {}

  /**
   * Fits a temperature.
   *
   * @param labelled predictions with {@link Labels#COLUMN}; those whose true label is unknown, or
   *     is no class of the model, are left out
   * @throws UserException if top_k does not have all classes, or if no temperature is the best
   */
  static Temperature of(Dataset<Row> labelled, int bins) throws UserException {
    Dataset<Row> rows =
        labelled.withColumn("rank", Evaluation.rank()).where(col("rank").isNotNull());
    requireAllClasses(rows);
    Dataset<Row> scores =
        rows.select(array_to_vector(col("top_k").getField("score")), col("rank"))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      JavaRDD<Row> images = scores.javaRDD();
      Sums plain = sums(images, 1);
      double b = best(images, plain);
      Sums scaled = sums(images, b);
      return new Temperature(
          1 / b,
          plain.images(),
          plain.nll() / plain.images(),
          scaled.nll() / plain.images(),
          calibration(images, 1, bins).ece(),
          calibration(images, b, bins).ece());
    } finally {
      scores.unpersist();
    }
  }

  /** All classes: every row has the indices 0 to k - 1, and their probabilities sum to 1. */
  private static void requireAllClasses(Dataset<Row> rows) throws UserException {
    Column kept = size(col("top_k"));
    Column sum =
        aggregate(col("top_k").getField("score"), lit(0.0), (total, score) -> total.plus(score));
    Row found =
        rows.agg(
                min(kept),
                max(kept),
                max(array_max(col("top_k").getField("label_index"))),
                min(sum),
                max(sum))
            .first();
    int classes = found.getInt(2) + 1;
    if (found.getInt(0) != classes
        || found.getInt(1) != classes
        || Math.abs(found.getDouble(3) - 1) > SUM_TOLERANCE
        || Math.abs(found.getDouble(4) - 1) > SUM_TOLERANCE) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "a temperature needs the probabilities of all classes, but top_k has %d of at least %d;"
                  + " classify again with --rescore and a --top-k of the number of classes",
              found.getInt(0),
              Math.max(classes, found.getInt(0) + 1)));
    }
  }

  private static double best(JavaRDD<Row> images, Sums atOne) throws UserException {
    double low = LEAST;
    double high = MOST;
    if (sums(images, low).slope() >= 0 || sums(images, high).slope() <= 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "no temperature from %s to %s minimises the negative log-likelihood of the %d images;"
                  + " use more images; the model must classify some of them wrongly",
              LEAST,
              MOST,
              atOne.images()));
    }
    double b = 1;
    Sums at = atOne;
    for (int pass = 0; pass < MOST_PASSES; pass++) {
      if (at.slope() < 0) {
        low = b;
      } else {
        high = b;
      }
      double next = b - at.slope() / at.curvature();
      if (!(next > low && next < high)) {
        next = Math.sqrt(low * high);
      }
      if (Math.abs(next - b) <= TOLERANCE * b) {
        return next;
      }
      b = next;
      at = sums(images, b);
    }
    return b;
  }

  /**
   * The negative log-likelihood of images and its derivatives by b.
   *
   * @param slope sum of E(l) - l of the true class, where l are the logits
   * @param curvature sum of the variance of l
   */
  private record Sums(long images, double nll, double slope, double curvature)
      implements Serializable {
    Sums plus(Sums o) {
      return new Sums(images + o.images, nll + o.nll, slope + o.slope, curvature + o.curvature);
    }
  }

  /** Sums over partitions in their order, so that the result is the same again. */
  private static Sums sums(JavaRDD<Row> images, double b) {
    return images.mapPartitions(rows -> List.of(sums(rows, b)).iterator()).collect().stream()
        .reduce(new Sums(0, 0, 0, 0), Sums::plus);
  }

  private static Sums sums(Iterator<Row> rows, double b) {
    var sums = new Sums(0, 0, 0, 0);
    while (rows.hasNext()) {
      Row row = rows.next();
      double[] logits = logits(row);
      double weights = 0;
      double mean = 0;
      double square = 0;
      for (double l : logits) {
        double weight = Math.exp(b * (l - logits[0]));
        weights += weight;
        mean += weight * l;
      }
      mean /= weights;
      for (double l : logits) {
        square += Math.exp(b * (l - logits[0])) * (l - mean) * (l - mean);
      }
      double truth = logits[row.getInt(1) - 1];
      sums =
          sums.plus(
              new Sums(
                  1, Math.log(weights) - b * (truth - logits[0]), mean - truth, square / weights));
    }
    return sums;
  }

  /**
   * Logits up to a constant, largest first. A probability that was rounded to 0 is the least float.
   */
  private static double[] logits(Row row) {
    double[] logits = row.<Vector>getAs(0).toArray().clone();
    for (int i = 0; i < logits.length; i++) {
      logits[i] = Math.log(Math.max(logits[i], Float.MIN_VALUE));
    }
    return logits;
  }

  private static Calibration calibration(JavaRDD<Row> images, double b, int bins) {
    return images
        .mapPartitions(rows -> List.of(counts(rows, b, bins)).iterator())
        .treeReduce(
            (x, y) -> {
              x.add(y);
              return x;
            })
        .calibration();
  }

  private static Calibration.Counts counts(Iterator<Row> rows, double b, int bins) {
    var counts = new Calibration.Counts(bins);
    while (rows.hasNext()) {
      Row row = rows.next();
      double weights = 0;
      double[] logits = logits(row);
      for (double l : logits) {
        weights += Math.exp(b * (l - logits[0]));
      }
      double score = (float) (1 / weights);
      counts.add(counts.part(score), row.getInt(1) == 1, 1, score);
    }
    return counts;
  }
}
