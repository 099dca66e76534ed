package io.repvit.analytics;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.nullif;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.regexp_replace;

import io.repvit.UserException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Where the true labels of images are: in the names of their folders, in a table, or in a carried
 * column.
 *
 * <pre>{@code
 * Dataset<Row> labelled = Labels.ofFolders().addTo(predictions).where("truth is not null");
 * }</pre>
 */
public sealed interface Labels {
  /** The column that {@link #addTo} adds. */
  String COLUMN = "truth";

  /** The column of a table of labels, unless another is named. */
  String LABEL = "label";

  /**
   * Adds the column {@link #COLUMN}: a string, null where the true label is unknown.
   *
   * @param rows rows of images with the column {@code path}, and {@code carried} for labels of a
   *     carried column; their number does not change
   */
  Dataset<Row> addTo(Dataset<Row> rows) throws UserException;

  /** The name of the folder of an image or of a member of a shard is its label. */
  static Labels ofFolders() {
    return new OfFolders();
  }

  /** A carried column has the labels. */
  static Labels ofCarried(String column) {
    return new OfCarried(column);
  }

  /**
   * A table has the labels. Equal rows count once; rows without a path or label are ignored.
   *
   * @param table a table with the columns {@code path} and {@code column}
   * @param name name of the table, for messages
   * @throws UserException if a path has two different labels
   */
  static Labels ofTable(Dataset<Row> table, String column, String name) throws UserException {
    Dataset<Row> labels =
        table
            .select(col("path"), col(column).cast("string").as(COLUMN))
            .where(col("path").isNotNull().and(col(COLUMN).isNotNull()))
            .groupBy("path")
            .agg(min(COLUMN).as(COLUMN), max(COLUMN).as("other"));
    List<Row> mixed =
        labels.where(col(COLUMN).notEqual(col("other"))).orderBy("path").limit(1).collectAsList();
    if (!mixed.isEmpty()) {
      Row row = mixed.get(0);
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%s has the path %s with the labels '%s' and '%s', expected one label per path",
              name,
              row.getString(0),
              row.getString(1),
              row.getString(2)));
    }
    return new OfTable(labels.select(col("path").as("labelled_path"), col(COLUMN)));
  }

  /** See {@link #ofFolders}. */
  record OfFolders() implements Labels {
    /** A shard before a folder in it: s3a://sets/may.tar#bag/00018.jpg. */
    private static final String SHARD = "(?i)^.*\\.(tar|tar\\.gz|tgz|tar\\.bz2|tbz2?|zip)#";

    @Override
    public Dataset<Row> addTo(Dataset<Row> rows) {
      var folder = regexp_extract(col("path"), "([^/]+)/[^/]+$", 1);
      return rows.withColumn(COLUMN, nullif(regexp_replace(folder, SHARD, ""), lit("")));
    }
  }

  /** See {@link #ofCarried}. */
  record OfCarried(String column) implements Labels {
    @Override
    public Dataset<Row> addTo(Dataset<Row> rows) throws UserException {
      if (!List.of(rows.columns()).contains("carried")) {
        throw new UserException(
            "the rows have no column 'carried', so they have no carried column '"
                + column
                + "'; run classify with --carry "
                + column);
      }
      return rows.withColumn(COLUMN, functions.element_at(col("carried"), lit(column)));
    }
  }

  /**
   * See {@link #ofTable}.
   *
   * @param labels columns {@code labelled_path} and {@link #COLUMN}, one row per path
   */
  record OfTable(Dataset<Row> labels) implements Labels {
    @Override
    public Dataset<Row> addTo(Dataset<Row> rows) {
      return rows.join(labels, col("path").equalTo(col("labelled_path")), "left")
          .drop("labelled_path");
    }
  }
}
