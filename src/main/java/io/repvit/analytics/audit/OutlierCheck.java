package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.exp;
import static org.apache.spark.sql.functions.format_string;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.percentile_approx;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.analytics.Checkpoints;
import io.repvit.analytics.Labels;
import io.repvit.analytics.neighbours.NeighbourOptions;
import io.repvit.analytics.neighbours.Neighbours;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/**
 * Images whose k-th nearest neighbour is far. The distance is 1 - cosine of the embeddings. An
 * image is an outlier if its distance is more than {@code fence} interquartile ranges above the
 * upper quartile, which with 3 are Tukey's "far out" values. Quartiles do not move unless a quarter
 * of the images are outliers, and the rule has no unit, so it fits any model. The score is {@code
 * exp(-distance / median)}, as in cleanlab.
 */
final class OutlierCheck {
  static final String ISSUE = "outlier";

  /** Distances below this are rounding of float; copies of one image are no outliers. */
  private static final double LEAST_DISTANCE = 1e-6;

  /** Error of the quartiles' rank: one image in so many. */
  private static final int ACCURACY = 10_000;

  private final AuditOptions options;
  private final Dataset<Row> distances;
  private final AuditSummary.Outliers summary;

  /**
   * Measures the distances.
   *
   * @param images rows with {@code path}, {@code embedding} and {@link Labels#COLUMN}
   */
  OutlierCheck(Dataset<Row> images, AuditOptions options) throws UserException {
    this.options = options;
    NeighbourOptions search = NeighbourOptions.DEFAULT.withK(options.neighbours());
    distances =
        Checkpoints.of(
            Neighbours.ofAll(images, "outliers", search)
                .rows()
                .groupBy("path")
                .agg(
                    max_by(lit(1.0).minus(col("cosine").cast("double")), col("rank"))
                        .as("distance"))
                .join(images.select("path", Labels.COLUMN), "path"));
    Row found =
        distances
            .agg(
                count("distance"),
                count(when(col("distance").isNull(), 1)),
                percentile_approx(
                    col("distance"), lit(new double[] {0.25, 0.5, 0.75}), lit(ACCURACY)))
            .first();
    Seq<Double> quartiles = found.isNullAt(2) ? null : found.getSeq(2);
    double lower = quartiles == null ? Double.NaN : quartiles.apply(0);
    double median = quartiles == null ? Double.NaN : quartiles.apply(1);
    double upper = quartiles == null ? Double.NaN : quartiles.apply(2);
    summary =
        new AuditSummary.Outliers(
            found.getLong(0),
            found.getLong(1),
            options.neighbours(),
            median,
            lower,
            upper,
            Math.max(LEAST_DISTANCE, upper + options.fence() * (upper - lower)));
  }

  AuditSummary.Outliers summary() {
    return summary;
  }

  Dataset<Row> rows() {
    Column distance = col("distance");
    return AuditRows.of(
        distances.where(distance.gt(summary.threshold())),
        lit(ISSUE),
        exp(distance.divide(greatest(lit(summary.median()), lit(LEAST_DISTANCE))).multiply(-1)),
        col(Labels.COLUMN),
        AuditRows.Extra.NONE,
        format_string(
            "distance to the neighbour %d is %.4f, above %.4f",
            lit(options.neighbours()), distance, lit(summary.threshold())));
  }
}
