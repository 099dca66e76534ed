package io.repvit.source;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import io.repvit.UserException;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF3;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;

/** Makes the keys of the rows of a table unique within each file. */
public final class TableKeys {
  /** Largest number of duplicate keys; the driver and every task hold them. */
  private static final int MAX_REPEATED = 10_000;

  private static final String ROWS = "rows";

  private TableKeys() {}

  /**
   * Appends the row number to missing keys and to keys that several rows of a file have.
   *
   * @param images rows with the columns of {@link TableRow}
   * @throws UserException when rows have no numbers, or when there are too many duplicate keys
   */
  public static Dataset<Row> unique(Dataset<Row> images, Input.Table input) throws UserException {
    if (input.keyColumn() == null) {
      return images;
    }
    Dataset<Row> keyed = images.withColumn(TableRow.KEY, coalesce(col(TableRow.KEY), lit("")));
    List<Row> rows =
        keyed
            .groupBy(TableRow.FILE, TableRow.KEY)
            .agg(count(TableRow.NUMBER).as(TableRow.NUMBER), count(lit(1)).as(ROWS))
            .where(col(ROWS).gt(1).or(col(TableRow.KEY).equalTo("")))
            .limit(MAX_REPEATED + 1)
            .collectAsList();
    if (rows.isEmpty()) {
      return keyed;
    }
    Row first = rows.get(0);
    if (rows.size() > MAX_REPEATED || first.<Long>getAs(TableRow.NUMBER) == 0) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "input %s: found the key '%s' in %d rows%s, expected a unique key for every row; name"
                  + " a column with unique values with --key-column",
              new Path(URI.create(first.getAs(TableRow.FILE))),
              ListText.shown(first.getAs(TableRow.KEY)),
              first.<Long>getAs(ROWS),
              rows.size() > MAX_REPEATED
                  ? " and more than " + MAX_REPEATED + " duplicate keys"
                  : ""));
    }
    Set<String> repeated = new HashSet<>();
    rows.forEach(row -> repeated.add(row.getAs(TableRow.FILE) + "#" + row.getAs(TableRow.KEY)));
    UserDefinedFunction numbered =
        udf(
            (UDF3<String, String, Long, String>)
                (file, key, number) -> isUnique(file, key, repeated) ? key : key + "#" + number,
            DataTypes.StringType);
    return keyed.withColumn(
        TableRow.KEY, numbered.apply(col(TableRow.FILE), col(TableRow.KEY), col(TableRow.NUMBER)));
  }

  /** Whether neither the key nor a prefix of it that ends before a {@code #} is repeated. */
  private static boolean isUnique(String file, String key, Set<String> repeated) {
    for (int end = key.length(); end >= 0; end = key.lastIndexOf('#', end - 1)) {
      if (repeated.contains(file + "#" + key.substring(0, end))) {
        return false;
      }
    }
    return true;
  }
}
