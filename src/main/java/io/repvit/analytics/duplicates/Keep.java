package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.negate;
import static org.apache.spark.sql.functions.unix_micros;

import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;

/** Which image of a group of duplicates is kept. Ties are decided by the path. */
public enum Keep {
  /** The image with the most pixels, then the most bytes. */
  LARGEST("width", "height"),

  /** The image with the highest score {@code quality.blurry}, which is high for sharp images. */
  SHARPEST("quality"),

  /** The image with the earliest time of modification. */
  OLDEST("modified_at");

  private final List<String> columns;

  Keep(String... columns) {
    this.columns = List.of(columns);
  }

  /** The columns of predictions that decide. */
  List<String> columns() {
    return columns;
  }

  /** The name in settings. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Two numbers, by which the image that is kept is the least. An unknown value comes last.
   *
   * @param sharpness the score
   */
  List<Column> order(Column sharpness) {
    return switch (this) {
      case LARGEST ->
          List.of(least(col("width").cast("double").multiply(col("height"))), least(col("length")));
      case SHARPEST -> List.of(least(sharpness), lit(0.0));
      case OLDEST ->
          List.of(
              coalesce(unix_micros(col("modified_at")).cast("double"), lit(Double.MAX_VALUE)),
              lit(0.0));
    };
  }

  private static Column least(Column largest) {
    return coalesce(negate(largest.cast("double")), lit(Double.MAX_VALUE));
  }
}
