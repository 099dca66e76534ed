package io.repvit.source;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.col;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.storage.Secrets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Source objects that rows of a list or inventory name. Spark reads and sorts the rows, and the
 * driver iterates over them. Of several rows with the same path, the row with the most information
 * is used.
 */
public final class ListedRows implements ObjectSource {
  static final String PATH = "path";
  static final String LENGTH = "length";
  static final String MODIFIED_AT = "modified_at";
  static final String ETAG = "etag";
  static final String CARRIED = "carried";
  static final String FAULT_CODE = "fault_code";
  static final String FAULT = "fault";
  static final String LEFT_OUT = "left_out";

  /** The columns of rows that name objects, see {@link #of}. */
  static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(LENGTH, DataTypes.LongType)
          .add(MODIFIED_AT, DataTypes.LongType)
          .add(ETAG, DataTypes.StringType)
          .add(CARRIED, DataTypes.createArrayType(DataTypes.StringType))
          .add(FAULT_CODE, DataTypes.StringType)
          .add(FAULT, DataTypes.StringType)
          .add(LEFT_OUT, DataTypes.StringType);

  /** Size of a partition: 4 MiB. The driver holds one partition at a time. */
  private static final long PARTITION_BYTES = 4L << 20;

  private static final int MAX_PARTITIONS = 2000;

  private final String given;
  private final Dataset<Row> rows;
  private final List<String> carry;

  private ListedRows(String given, Dataset<Row> rows, List<String> carry) {
    this.given = given;
    this.rows = rows;
    this.carry = carry;
  }

  /**
   * Sorts rows that name objects.
   *
   * @param given the input as the user gave it
   * @param rows rows of {@link #SCHEMA}: {@code path} (full URI), {@code length} (bytes or null),
   *     {@code modified_at} (milliseconds or null), {@code etag} (text or null), {@link #carried},
   *     code and message of a fault (or null), and {@code left_out} (or null). If {@code left_out}
   *     has the name of a rule, {@code length} is the number of names that the rule leaves out
   * @param carry names of the carried values
   * @param bytes size of the lists
   */
  static ListedRows of(String given, Dataset<Row> rows, List<String> carry, long bytes) {
    int partitions = (int) Math.min(MAX_PARTITIONS, 1 + bytes / PARTITION_BYTES);
    return new ListedRows(
        given,
        rows.repartitionByRange(partitions, col(PATH))
            .sortWithinPartitions(
                col(PATH),
                col(FAULT).asc_nulls_first(),
                col(LENGTH).desc_nulls_last(),
                col(ETAG).desc_nulls_last(),
                col(MODIFIED_AT).desc_nulls_last(),
                col(CARRIED)),
        carry);
  }

  /** Combines the values to carry into one array column. */
  public static Column carried(List<Column> texts) {
    return array(texts.toArray(Column[]::new)).cast("array<string>").as(CARRIED);
  }

  /**
   * A session without adaptive execution. Adaptive execution would merge the small partitions that
   * bound the driver's memory.
   */
  static SparkSession session(SparkSession spark) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.adaptive.enabled", false);
    return session;
  }

  @Override
  public String given() {
    return given;
  }

  @Override
  public List<ObjectSource> list(Sink sink) throws UserException {
    String last = null;
    Iterator<Row> left = read(rows::toLocalIterator);
    while (read(left::hasNext)) {
      Row row = read(left::next);
      String path = row.getAs(PATH);
      String leftOut = row.getAs(LEFT_OUT);
      if (leftOut != null) {
        sink.leaveOut(LeftOut.Rule.valueOf(leftOut), row.<Long>getAs(LENGTH));
        continue;
      }
      if (Secrets.areIn(path)) {
        throw new UserException(
            "input "
                + given
                + " has a path with credentials in it, which would be written to the tables; remove"
                + " them");
      }
      if (path.equals(last)) {
        sink.leaveOut(LeftOut.Rule.DUPLICATES, 1);
      } else {
        sink.accept(object(path, row));
        last = path;
      }
    }
    return List.of();
  }

  private <T> T read(Callable<T> step) throws UserException {
    try {
      return step.call();
    } catch (Exception e) {
      UserException refused = UserException.causeOf(e);
      if (refused != null) {
        throw refused;
      }
      throw new UserException(
          String.format(Locale.ROOT, "input %s cannot be read: %s", given, UserException.reason(e)),
          e);
    }
  }

  private SourceObject object(String path, Row row) {
    Long length = row.getAs(LENGTH);
    Long modifiedAt = row.getAs(MODIFIED_AT);
    String code = row.getAs(FAULT_CODE);
    return new SourceObject(
        path,
        length == null ? SourceObject.UNKNOWN : length,
        modifiedAt == null ? SourceObject.UNKNOWN : modifiedAt,
        quoted(row.getAs(ETAG)),
        carried(row, carry),
        code == null ? null : new SourceObject.Fault(code, row.getAs(FAULT)));
  }

  /** Adds the quotes of an ETag. S3 returns ETags with quotes; many lists omit them. */
  private static @Nullable String quoted(@Nullable String etag) {
    if (etag == null || etag.isEmpty()) {
      return null;
    }
    return etag.startsWith("\"") ? etag : "\"" + etag + "\"";
  }

  /** The carried values of a row by column name, without nulls. */
  public static Map<String, String> carried(Row row, List<String> names) {
    List<@Nullable String> values = row.getList(row.fieldIndex(CARRIED));
    Map<String, String> carried = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String value = values.get(i);
      if (value != null) {
        carried.put(names.get(i), value);
      }
    }
    return carried;
  }
}
