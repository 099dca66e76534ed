package io.repvit.analytics.audit;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The table of an audit: one row per image and issue, ranked. */
final class AuditRows {
  /** Rank 1 has the smallest score; of equal scores the smaller path comes first. */
  static final StructType SCHEMA =
      new StructType()
          .add("issue", DataTypes.StringType, false)
          .add("rank", DataTypes.LongType, false)
          .add("path", DataTypes.StringType, false)
          .add("score", DataTypes.DoubleType, false)
          .add("given_label", DataTypes.StringType)
          .add("suggested_label", DataTypes.StringType)
          .add("probability", DataTypes.DoubleType)
          .add("other_path", DataTypes.StringType)
          .add("detail", DataTypes.StringType);

  private AuditRows() {}

  /** Columns that only some issues have. */
  record Extra(Column suggestedLabel, Column probability, Column otherPath) {
    static final Extra NONE =
        new Extra(lit(null).cast("string"), lit(null).cast("double"), lit(null).cast("string"));
  }

  /** Rows without their rank. */
  static Dataset<Row> of(
      Dataset<Row> flagged, Column issue, Column score, Column given, Extra extra, Column detail) {
    return flagged.select(
        issue.as("issue"),
        col("path"),
        score.as("score"),
        given.as("given_label"),
        extra.suggestedLabel().as("suggested_label"),
        extra.probability().as("probability"),
        extra.otherPath().as("other_path"),
        detail.as("detail"));
  }

  /**
   * Sorts by issue, score and path, and adds the rank within the issue.
   *
   * <p>The rows are sorted in ranges, so that no task has all rows of an issue. The driver holds
   * the number of rows by range and issue.
   *
   * @param rows rows of {@link #of}
   */
  static Dataset<Row> ranked(Dataset<Row> rows) {
    JavaRDD<Row> sorted = rows.orderBy("issue", "score", "path").javaRDD();
    List<Map<String, Long>> counts =
        sorted.mapPartitions(range -> List.of(counts(range)).iterator()).collect();
    var ends = new HashMap<String, Long>();
    var starts = new ArrayList<Map<String, Long>>();
    for (Map<String, Long> range : counts) {
      starts.add(new HashMap<>(ends));
      range.forEach((issue, n) -> ends.merge(issue, n, Long::sum));
    }
    JavaRDD<Row> ranked =
        sorted.mapPartitionsWithIndex((range, found) -> withRanks(found, starts.get(range)), false);
    return rows.sparkSession().createDataFrame(ranked, SCHEMA);
  }

  private static Map<String, Long> counts(Iterator<Row> rows) {
    var counts = new HashMap<String, Long>();
    rows.forEachRemaining(row -> counts.merge(row.getString(0), 1L, Long::sum));
    return counts;
  }

  private static Iterator<Row> withRanks(Iterator<Row> rows, Map<String, Long> starts) {
    var ranks = new HashMap<>(starts);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        long rank = ranks.merge(row.getString(0), 1L, Long::sum);
        return RowFactory.create(
            row.get(0),
            rank,
            row.get(1),
            row.get(2),
            row.get(3),
            row.get(4),
            row.get(5),
            row.get(6),
            row.get(7));
      }
    };
  }
}
