package io.repvit.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.unix_millis;

import io.repvit.storage.ObjectPath;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Converts the entries of lists to source objects. An entry without a valid path or with an invalid
 * value becomes an object with a fault; the other entries are read.
 */
final class ListEntries {
  static final String FILE = "file";
  static final String NUMBER = "number";
  static final String MODIFIED = "modified";
  static final String PROBLEM = "problem";
  static final String BLANK_LINES = "blank_lines";

  /**
   * Entries as they are in a list: {@code file} (URI of the list), {@code number} (of the line,
   * from 1, or of the row, from 0), {@code path}, {@code length} and {@code modified} as text,
   * {@code etag}, carried values, and {@code problem} (an error of the entry or null). A row with
   * {@code blank_lines} is not an entry; it has the number of blank lines of the list.
   */
  static final StructType SCHEMA =
      new StructType()
          .add(FILE, DataTypes.StringType)
          .add(NUMBER, DataTypes.LongType)
          .add(ListedRows.PATH, DataTypes.StringType)
          .add(ListedRows.LENGTH, DataTypes.StringType)
          .add(MODIFIED, DataTypes.StringType)
          .add(ListedRows.ETAG, DataTypes.StringType)
          .add(ListedRows.CARRIED, DataTypes.createArrayType(DataTypes.StringType))
          .add(PROBLEM, DataTypes.StringType)
          .add(BLANK_LINES, DataTypes.LongType);

  /** Longest text that is parsed as a number. */
  private static final int MAX_NUMBER_CHARS = 64;

  /** Texts that pandas and other writers use for a missing value. */
  private static final Pattern NO_VALUE = Pattern.compile("(?i)\\s*(nan|nat|null)?\\s*");

  private static final Pattern WINDOWS = Pattern.compile("[A-Za-z]:[\\\\/].*", Pattern.DOTALL);

  private static final Pattern NO_BUCKET = Pattern.compile("s3a:/(//|[^/])");

  private ListEntries() {}

  /**
   * Converts entries to rows for {@link ListedRows}.
   *
   * @param entries rows of {@link #SCHEMA}
   * @param unit the unit of their numbers, for messages: line or row
   */
  static Dataset<Row> rows(Dataset<Row> entries, String unit) {
    return entries
        .withColumn(
            ListedRows.MODIFIED_AT, unix_millis(col(MODIFIED).try_cast(DataTypes.TimestampType)))
        .map((MapFunction<Row, Row>) entry -> row(entry, unit), Encoders.row(ListedRows.SCHEMA));
  }

  private static Row row(Row entry, String unit) {
    var list = new Path(URI.create(entry.getAs(FILE)));
    if (!entry.isNullAt(entry.fieldIndex(BLANK_LINES))) {
      return RowFactory.create(
          list.toString(), entry.getAs(BLANK_LINES), null, null, null, null, null, "BLANK_LINES");
    }
    return new Entry(entry, list, unit).row();
  }

  /** The conversion of one entry. */
  private static final class Entry {
    private final Row entry;
    private final Path list;
    private final String unit;
    private String path;
    private @Nullable String code;
    private @Nullable String message;

    Entry(Row entry, Path list, String unit) {
      this.entry = entry;
      this.list = list;
      this.unit = unit;
      path = entryPath();
    }

    /** The path of an entry without a valid path: {@code list#number}. */
    private String entryPath() {
      return list + "#" + entry.getAs(NUMBER);
    }

    Row row() {
      resolve();
      Long length = length();
      Long modifiedAt = entry.getAs(ListedRows.MODIFIED_AT);
      if (modifiedAt == null) {
        refuse(
            ListedRows.MODIFIED_AT, entry.getAs(MODIFIED), "a time, such as 2026-11-23T01:00:00Z");
      }
      return RowFactory.create(
          path,
          length,
          modifiedAt,
          entry.getAs(ListedRows.ETAG),
          entry.getAs(ListedRows.CARRIED),
          code,
          message,
          null);
    }

    private void resolve() {
      String problem = entry.getAs(PROBLEM);
      String name = entry.getAs(ListedRows.PATH);
      if (problem == null && (name == null || name.isBlank())) {
        problem = "found no path, expected one";
      } else if (problem == null && WINDOWS.matcher(name).matches()) {
        problem =
            "found the Windows path '"
                + ListText.shown(name)
                + "', expected a URI, or a path with '/' and without a drive";
      }
      if (problem == null) {
        try {
          path = ObjectPath.resolve(list.getParent(), name.replaceFirst("^s3://", "s3a://"));
          if (NO_BUCKET.matcher(path).lookingAt()) {
            problem = "found '" + ListText.shown(name) + "', expected a bucket after s3a://";
            path = entryPath();
          }
        } catch (IllegalArgumentException e) {
          problem = "found '" + ListText.shown(name) + "': " + e.getMessage();
        }
      }
      if (problem != null) {
        fault("BAD_PATH", problem);
      }
    }

    private @Nullable Long length() {
      String text = entry.getAs(ListedRows.LENGTH);
      if (text != null && !NO_VALUE.matcher(text).matches() && text.length() <= MAX_NUMBER_CHARS) {
        try {
          long length = new BigDecimal(text.strip()).longValueExact();
          if (length >= 0) {
            return length;
          }
        } catch (ArithmeticException | NumberFormatException e) {
          // reported below
        }
      }
      refuse(ListedRows.LENGTH, text, "a number of bytes, such as 393 or 393.0");
      return null;
    }

    /** Records a fault if the column has a value; the caller could not parse it. */
    private void refuse(String column, @Nullable String found, String expected) {
      if (found != null && !NO_VALUE.matcher(found).matches()) {
        fault(
            "BAD_VALUE",
            String.format(
                Locale.ROOT,
                "column %s: found '%s', expected %s, or nothing",
                column,
                ListText.shown(found),
                expected));
      }
    }

    /** Records a fault; only the first one is kept. */
    private void fault(String faultCode, String what) {
      if (code == null) {
        code = faultCode;
        message =
            String.format(
                Locale.ROOT,
                "%s, %s %d: %s; correct the list",
                list,
                unit,
                entry.<Long>getAs(NUMBER),
                what);
      }
    }
  }
}
