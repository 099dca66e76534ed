package io.repvit.analytics.evaluation;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.repvit.UserException;
import io.repvit.analytics.Labels;
import io.repvit.analytics.evaluation.EvaluationSummary.Comparison;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Compares the predictions of two models for the same images. */
final class ModelComparison {
  /**
   * The columns that {@link #join} adds, null for images that the other table does not have.
   * same_content says whether both models saw the same bytes.
   */
  static final List<String> COLUMNS =
      List.of("other_label", "other_score", "other_right", "same_content");

  private static final String SHA256 = "content_sha256";

  private ModelComparison() {}

  /** Adds the other model's answers. */
  static Dataset<Row> join(Dataset<Row> rows, Dataset<Row> other) throws UserException {
    requireOneRowPerPath(rows, "--predictions");
    requireOneRowPerPath(other, "--compare");
    boolean hashed =
        List.of(rows.columns()).contains(SHA256) && List.of(other.columns()).contains(SHA256);
    Dataset<Row> answers =
        other.select(
            col("path").as("other_path"),
            col("label").as("other_label"),
            col("score").as("other_score"),
            (hashed ? col(SHA256) : lit(null).cast("string")).as("other_sha256"));
    var same = hashed ? col(SHA256).equalTo(col("other_sha256")) : col("other_label").isNotNull();
    return rows.join(answers, col("path").equalTo(col("other_path")), "left")
        .withColumn("other_right", col("other_label").equalTo(col(Labels.COLUMN)))
        .withColumn("same_content", same);
  }

  private static void requireOneRowPerPath(Dataset<Row> rows, String option) throws UserException {
    List<Row> repeated =
        rows.groupBy("path").agg(count(lit(1)).as("n")).where("n > 1").limit(1).collectAsList();
    if (!repeated.isEmpty()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s has %d rows of the path %s, expected one; name the output of classify, or the folder"
                  + " of one run",
              option,
              repeated.get(0).getLong(1),
              repeated.get(0).getString(0)));
    }
  }

  /**
   * Counts the rows of {@link Evaluation}.
   *
   * @param otherRows number of rows of the other table
   */
  static Comparison of(Dataset<Row> written, long otherRows) throws UserException {
    long onlyFirst = 0;
    long otherContent = 0;
    long shared = 0;
    long agreeing = 0;
    // Only right: neither, the other, the first, both.
    var n = new long[4];
    for (Row row :
        written
            .groupBy(
                col("other_label").isNotNull(),
                col("same_content"),
                col("right"),
                col("other_right"),
                col("label").equalTo(col("other_label")))
            .agg(count(lit(1)))
            .collectAsList()) {
      long images = row.getLong(5);
      if (!row.getBoolean(0)) {
        onlyFirst += images;
      } else if (row.isNullAt(1) || !row.getBoolean(1)) {
        otherContent += images;
      } else {
        shared += images;
        agreeing += row.getBoolean(4) ? images : 0;
        if (!row.isNullAt(2)) {
          n[(row.getBoolean(2) ? 2 : 0) + (row.getBoolean(3) ? 1 : 0)] += images;
        }
      }
    }
    if (shared == 0) {
      throw new UserException(
          "no image of --compare has the path and content of one of --predictions; classify the same"
              + " images with both models");
    }
    double images = n[0] + n[1] + n[2] + n[3];
    return new Comparison(
        shared,
        otherContent,
        onlyFirst,
        otherRows - shared - otherContent,
        (double) agreeing / shared,
        (long) images,
        (n[2] + n[3]) / images,
        (n[1] + n[3]) / images,
        (n[1] - n[2]) / images,
        PoissonBootstrap.interval(n, m -> (double) (m[1] - m[2]) / (m[0] + m[1] + m[2] + m[3])),
        n[3],
        n[2],
        n[1],
        n[0],
        McNemar.of(n[2], n[1]));
  }
}
