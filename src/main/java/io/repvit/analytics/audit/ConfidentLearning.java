package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_position;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.filter;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.zip_with;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Finds images whose given label is likely wrong, as cleanlab 2.9.0 does: {@code
 * filter.find_label_issues} and {@code rank.get_label_quality_scores}. Of equal values the smaller
 * path comes first.
 *
 * <p>The driver holds the thresholds of K classes and three K x K matrices, no rows.
 */
final class ConfidentLearning {
  /** cleanlab's limit of equality of probabilities. */
  private static final double TOLERANCE = 1e-6;

  /** The least threshold of a class in cleanlab. */
  private static final double LEAST_THRESHOLD = 2 * TOLERANCE;

  /** Threshold of a class without images, which no probability reaches. */
  private static final double NO_IMAGES = 2;

  /** Steps of the margin, from -1 to 1, in which images are counted before they are sorted. */
  private static final int STEPS = 10_000;

  private static final StructType PAIRS =
      new StructType()
          .add("given", DataTypes.IntegerType, false)
          .add("other", DataTypes.IntegerType, false)
          .add("wanted", DataTypes.LongType, false);

  private final Dataset<Row> images;
  private final double[] thresholds;
  private final long[] counts;
  private final long[][] confident;
  private final long[][] calibrated;

  /**
   * Counts.
   *
   * @param images columns {@code path}, which is unique, {@code given}, the index of the given
   *     label, and {@code probabilities}, array of K doubles; it is read four times
   * @param classes K, at least 2
   */
  ConfidentLearning(Dataset<Row> images, int classes) {
    this.images = images;
    thresholds = new double[classes];
    counts = new long[classes];
    Arrays.fill(thresholds, NO_IMAGES);
    for (Row row : images.groupBy("given").agg(avg(own()), count(lit(1))).collectAsList()) {
      thresholds[row.getInt(0)] = Math.max(LEAST_THRESHOLD, row.getDouble(1));
      counts[row.getInt(0)] = row.getLong(2);
    }
    confident = new long[classes][classes];
    for (Row row :
        images
            .select(col("given"), confidentClass().as("likely"))
            .where("likely is not null")
            .groupBy("given", "likely")
            .count()
            .collectAsList()) {
      confident[row.getInt(0)][row.getInt(1)] = row.getLong(2);
    }
    calibrated = ConfidentJoint.calibrated(confident, counts);
  }

  /** Mean probability of each class over the images that have its label. */
  double[] thresholds() {
    return thresholds;
  }

  /** Number of images by given label. */
  long[] counts() {
    return counts;
  }

  /** Number of confident images, [given, likely true]; diagonal values are at least 1. */
  long[][] confident() {
    return confident;
  }

  /** Estimated number of images, [given, true]. */
  long[][] calibrated() {
    return calibrated;
  }

  /**
   * All images with the columns {@code predicted}, the likeliest class; {@code self_confidence} and
   * {@code normalized_margin}, scores of the given label from 0 (wrong) to 1.
   */
  Dataset<Row> scored() {
    Column others =
        transform(col("probabilities"), (p, i) -> when(i.equalTo(col("given")), -1.0).otherwise(p));
    return images
        .withColumn("predicted", indexOf(col("probabilities")))
        .withColumn("self_confidence", own())
        .withColumn("normalized_margin", own().minus(array_max(others)).plus(1.0).divide(2.0));
  }

  /** The images of {@link #scored} that are confidently counted as another class. */
  Dataset<Row> confidentlyOther() {
    return scored().where(confidentClass().notEqual(col("given"))).where(differs());
  }

  /**
   * The images of {@link #scored} with the largest margins between the probabilities of another
   * class and the given one; as many for each pair of classes as the calibrated joint estimates.
   *
   * <p>Only images at or above a step of the margin that is found by counting are shuffled and
   * sorted.
   */
  Dataset<Row> byNoiseRate() {
    Dataset<Row> pairs = broadcast(images.sparkSession().createDataFrame(pairs(), PAIRS));
    Dataset<Row> margins =
        scored()
            .join(pairs, "given")
            .withColumn("margin", at(col("other")).minus(own()))
            .withColumn("step", floor(col("margin").plus(1.0).multiply(STEPS / 2)));
    WindowSpec largestStep = Window.partitionBy("given", "other").orderBy(col("step").desc());
    Dataset<Row> least =
        margins
            .groupBy("given", "other", "wanted", "step")
            .count()
            .withColumn("above", sum("count").over(largestStep).minus(col("count")))
            .where("above < wanted")
            .groupBy("given", "other")
            .agg(min("step").as("least"));
    WindowSpec largest =
        Window.partitionBy("given", "other").orderBy(col("margin").desc(), col("path"));
    return margins
        .join(broadcast(least), new String[] {"given", "other"})
        .where("step >= least")
        .withColumn("place", row_number().over(largest))
        .where("place <= wanted")
        .where(differs())
        .drop("other", "wanted", "margin", "step", "least", "place")
        .dropDuplicates("path");
  }

  private List<Row> pairs() {
    long[][] wanted = ConfidentJoint.toFlag(calibrated);
    var pairs = new ArrayList<Row>();
    for (int given = 0; given < wanted.length; given++) {
      // A class with one image keeps it.
      for (int other = 0; other < wanted.length && counts[given] > 1; other++) {
        if (wanted[given][other] > 0) {
          pairs.add(RowFactory.create(given, other, wanted[given][other]));
        }
      }
    }
    return pairs;
  }

  /** The class whose threshold is reached, the likeliest of several; null if there is none. */
  private Column confidentClass() {
    Column reached =
        zip_with(col("probabilities"), lit(thresholds), (p, t) -> p.geq(t.minus(TOLERANCE)));
    return when(
            size(filter(reached, r -> r)).equalTo(1),
            array_position(reached, true).minus(1).cast("int"))
        .when(size(filter(reached, r -> r)).gt(1), indexOf(col("probabilities")));
  }

  /** True if another class is likelier than the given one by more than the tolerance. */
  private static Column differs() {
    Column favoured =
        transform(
            col("probabilities"),
            (p, i) -> p.plus(when(i.equalTo(col("given")), TOLERANCE).otherwise(0.0)));
    return indexOf(favoured).notEqual(col("given"));
  }

  /** Index of the largest value, the first of equal ones. */
  private static Column indexOf(Column values) {
    return array_position(values, array_max(values)).minus(1).cast("int");
  }

  private static Column own() {
    return at(col("given"));
  }

  private static Column at(Column index) {
    return element_at(col("probabilities"), index.plus(1));
  }
}
