package io.repvit.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.length;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * Lists of paths. By the name of a list: {@code .csv} has a header, {@code .txt} has a path a line,
 * everything else is Parquet; {@code .gz} may follow the first two. Columns are {@code path} and
 * optionally {@code length} (bytes), {@code etag} and {@code modified_at} (a timestamp).
 */
final class PathLists {
  /** A path without a scheme is meant beside its list; {@code s3:} is what others call s3a. */
  private static final UserDefinedFunction ABSOLUTE =
      udf((UDF2<String, String, String>) PathLists::absolute, DataTypes.StringType);

  private PathLists() {}

  static ListedRows of(Input.Paths input, SparkSession spark) throws InputException {
    SparkSession session = ListedRows.session(spark);
    String given = String.join(" ", input.uris());
    List<Dataset<Row>> lists = new ArrayList<>();
    for (String uri : input.uris()) {
      try {
        lists.add(normal(read(uri, session), input.carry()));
      } catch (Exception e) {
        throw new InputException(
            String.format(
                Locale.ROOT,
                "input %s cannot be read as a list: %s",
                uri,
                InputException.reason(e)),
            e);
      }
    }
    return ListedRows.of(
        given, lists.stream().reduce(Dataset::unionByName).orElseThrow(), input.carry());
  }

  private static Dataset<Row> read(String uri, SparkSession session) {
    String name = uri.replaceFirst("\\.gz$", "");
    if (name.endsWith(".csv")) {
      return session.read().option("header", true).option("escape", "\"").csv(uri);
    }
    if (name.endsWith(".txt")) {
      return session
          .read()
          .text(uri)
          .withColumnRenamed("value", ListedRows.PATH)
          .where(length(col(ListedRows.PATH)).gt(0));
    }
    return session.read().parquet(uri);
  }

  private static Dataset<Row> normal(Dataset<Row> list, List<String> carry) {
    var columns = new ArrayList<Column>();
    columns.add(
        ABSOLUTE.apply(col("_metadata.file_path"), col(ListedRows.PATH)).as(ListedRows.PATH));
    Set<String> present = Set.of(list.columns());
    columns.add(optional(present, ListedRows.LENGTH, "bigint"));
    Column modifiedAt = optional(present, ListedRows.MODIFIED_AT, "timestamp");
    columns.add(modifiedAt.cast("double").multiply(1000).cast("bigint").as(ListedRows.MODIFIED_AT));
    columns.add(optional(present, ListedRows.ETAG, "string"));
    columns.add(ListedRows.carried(carry));
    return list.select(columns.toArray(Column[]::new));
  }

  private static Column optional(Set<String> present, String name, String type) {
    return (present.contains(name) ? col(name) : lit(null)).cast(type).as(name);
  }

  /**
   * @param file the list as Spark names it: a URI, escaped
   * @param path as the list has it
   */
  private static @Nullable String absolute(String file, @Nullable String path) {
    if (path == null) {
      return null;
    }
    return new Path(new Path(URI.create(file)).getParent(), path.replaceFirst("^s3://", "s3a://"))
        .toString();
  }
}
