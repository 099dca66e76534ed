package io.repvit.analytics.evaluation;

import static org.apache.spark.sql.functions.ceil;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.least;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How far scores are from accuracy, by the definition of Guo et al., On Calibration of Modern
 * Neural Networks, ICML 2017. Bin m of M has the images with a score in ((m-1)/M, m/M]; a score of
 * 0 is in the first one.
 *
 * @param ece expected calibration error: the mean over the images of the difference between
 *     accuracy and mean score in their bin
 * @param mce maximum calibration error: the largest difference of a bin
 * @param bins the bins, also those without images
 */
public record Calibration(double ece, double mce, List<Bin> bins) {
  /** The number of bins of Guo et al. */
  public static final int BINS = 15;

  /** Parts of a bin, in which a resample takes scores as equal. */
  private static final int PARTS = 64;

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * The images with a score in one range.
   *
   * @param above lower end of the range, which is not in it
   * @param upTo upper end
   * @param meanScore NaN without images
   * @param accuracy share of the images that are right; NaN without images
   */
  public record Bin(double above, double upTo, long images, double meanScore, double accuracy) {
    private double gap() {
      return images == 0 ? 0 : Math.abs(accuracy - meanScore);
    }
  }

  /**
   * Counts from which a calibration and its resamples are computed.
   *
   * @param bins number of bins
   * @param right number of right images by part of a bin
   * @param wrong number of wrong images by part
   * @param rightScores sum of the scores of the right images by part
   * @param wrongScores sum of the scores of the wrong images by part
   */
  record Counts(int bins, long[] right, long[] wrong, double[] rightScores, double[] wrongScores)
      implements Serializable {
    Counts(int bins) {
      this(
          bins,
          new long[bins * PARTS],
          new long[bins * PARTS],
          new double[bins * PARTS],
          new double[bins * PARTS]);
    }

    /** Adds images with scores in the same part, counted from 0. */
    void add(int part, boolean areRight, long images, double scores) {
      (areRight ? right : wrong)[part] += images;
      (areRight ? rightScores : wrongScores)[part] += scores;
    }

    /** The part of a score. */
    int part(double score) {
      double part = Math.ceil(score * bins * PARTS) - 1;
      return (int) Math.max(0, Math.min(bins * PARTS - 1.0, part));
    }

    void add(Counts other) {
      for (int i = 0; i < right.length; i++) {
        add(i, true, other.right[i], other.rightScores[i]);
        add(i, false, other.wrong[i], other.wrongScores[i]);
      }
    }

    /** The calibration of the images. */
    Calibration calibration() {
      return of(right, wrong);
    }

    /** The calibration of resampled counts; the scores of a part have its mean. */
    private Calibration of(long[] rights, long[] wrongs) {
      var found = new ArrayList<Bin>();
      long all = 0;
      for (int bin = 0; bin < bins; bin++) {
        long hits = 0;
        long images = 0;
        double scores = 0;
        for (int i = bin * PARTS; i < (bin + 1) * PARTS; i++) {
          hits += rights[i];
          images += rights[i] + wrongs[i];
          scores += scaled(rightScores[i], rights[i], right[i]);
          scores += scaled(wrongScores[i], wrongs[i], wrong[i]);
        }
        double n = images;
        found.add(new Bin((double) bin / bins, (bin + 1.0) / bins, images, scores / n, hits / n));
        all += images;
      }
      double ece = 0;
      double mce = 0;
      for (Bin bin : found) {
        ece += bin.gap() * bin.images() / all;
        mce = Math.max(mce, bin.gap());
      }
      return new Calibration(ece, mce, found);
    }

    private static double scaled(double sum, long resampled, long images) {
      return images == resampled ? sum : sum * resampled / images;
    }

    /** The interval of the expected calibration error. */
    Interval interval() {
      var cells = new long[2 * right.length];
      System.arraycopy(right, 0, cells, 0, right.length);
      System.arraycopy(wrong, 0, cells, right.length, right.length);
      return PoissonBootstrap.interval(
          cells,
          drawn -> {
            var rights = new long[right.length];
            var wrongs = new long[right.length];
            System.arraycopy(drawn, 0, rights, 0, right.length);
            System.arraycopy(drawn, right.length, wrongs, 0, right.length);
            return of(rights, wrongs).ece();
          });
    }
  }

  /** Counts the rows of {@link Evaluation} that have a true label. */
  static Counts counts(Dataset<Row> labelled, int bins) {
    var counts = new Counts(bins);
    int parts = bins * PARTS;
    Column score = col("score").cast("double");
    Column part = ceil(score.multiply(bins).multiply(PARTS)).minus(1);
    labelled
        .groupBy(
            greatest(lit(0L), least(lit(parts - 1L), part)).cast("int").as("part"), col("right"))
        .agg(count(lit(1)), sum(score))
        .orderBy("part", "right")
        .collectAsList()
        .forEach(r -> counts.add(r.getInt(0), r.getBoolean(1), r.getLong(2), r.getDouble(3)));
    return counts;
  }
}
