package io.repvit.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.is_valid_utf8;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.spark4.SparkSql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads lists of paths. The name of a list determines its format: {@code .csv} and {@code .tsv}
 * have a header, {@code .txt} has one path per line, everything else is Parquet; {@code .gz} may
 * follow the first three. Columns are {@code path} and optionally {@code length} (bytes), {@code
 * etag} and {@code modified_at} (a time).
 */
final class PathLists {
  /** Reads binary columns as text, because some writers do not annotate text. */
  private static final String BINARY_AS_TEXT = "spark.sql.parquet.binaryAsString";

  private static final Set<String> NUMBERS =
      Set.of("byte", "short", "integer", "long", "float", "double", "decimal", "string");

  private static final Set<String> TEXT = Set.of("string");

  private static final Set<String> TIMES = Set.of("timestamp", "timestamp_ntz", "date", "string");

  private PathLists() {}

  static ListedRows of(Input.Paths input, SparkSession spark) throws UserException {
    SparkSession session = ListedRows.session(spark);
    List<Dataset<Row>> lists = new ArrayList<>();
    long bytes = 0;
    for (String uri : input.uris()) {
      try {
        if (ListTextRows.isText(uri)) {
          Dataset<Row> files = session.read().text(uri);
          bytes += SparkSql.estimatedBytes(files);
          lists.add(
              ListEntries.rows(text(files.inputFiles(), uri, input.carry(), session), "line"));
        } else {
          ParquetTable table =
              ParquetTable.of(
                  List.of(uri),
                  Stream.concat(Stream.of(ListedRows.PATH), input.carry().stream()).toList(),
                  List.of(ListedRows.LENGTH, ListedRows.MODIFIED_AT, ListedRows.ETAG),
                  null,
                  List.of(BINARY_AS_TEXT),
                  session);
          bytes += SparkSql.estimatedBytes(table.rows());
          lists.add(ListEntries.rows(parquet(uri, table, input.carry()), "row"));
        }
      } catch (Exception e) {
        UserException refused = UserException.causeOf(e);
        throw refused != null
            ? refused
            : new UserException(
                String.format(
                    Locale.ROOT,
                    "input %s cannot be read as a list: %s",
                    uri,
                    UserException.reason(e)),
                e);
      }
    }
    return ListedRows.of(
        String.join(" ", input.uris()),
        lists.stream().reduce(Dataset::unionByName).orElseThrow(),
        input.carry(),
        bytes);
  }

  /**
   * Reads each list in one task. A list cannot be split, because quotes may contain line breaks.
   */
  private static Dataset<Row> text(
      String[] files, String given, List<String> carry, SparkSession session) {
    var configuration = new SerializableConfiguration(SparkSql.hadoop(session));
    List<String> columns = List.copyOf(carry);
    return session
        .createDataset(Arrays.asList(files), Encoders.STRING())
        .repartition(Math.max(1, files.length))
        .flatMap(
            (FlatMapFunction<String, Row>)
                file -> ListTextRows.open(file, given, columns, configuration.value()),
            Encoders.row(ListEntries.SCHEMA));
  }

  private static Dataset<Row> parquet(String uri, ParquetTable table, List<String> carry)
      throws UserException {
    Dataset<Row> rows = table.rows();
    return rows.select(
        col("_metadata.file_path").as(ListEntries.FILE),
        col("_metadata.row_index").as(ListEntries.NUMBER),
        text(uri, table, ListedRows.PATH, TEXT, "text").as(ListedRows.PATH),
        text(uri, table, ListedRows.LENGTH, NUMBERS, "a number").as(ListedRows.LENGTH),
        text(uri, table, ListedRows.MODIFIED_AT, TIMES, "a time").as(ListEntries.MODIFIED),
        text(uri, table, ListedRows.ETAG, TEXT, "text").as(ListedRows.ETAG),
        ListedRows.carried(carry.stream().map(table::text).toList()),
        when(
                not(is_valid_utf8(text(uri, table, ListedRows.PATH, TEXT, "text"))),
                lit("found a path that is not UTF-8, expected UTF-8"))
            .as(ListEntries.PROBLEM),
        lit(null).cast("bigint").as(ListEntries.BLANK_LINES));
  }

  /** A column as text, which must have one of {@code types}; nulls if there is no such column. */
  private static Column text(
      String uri, ParquetTable table, String name, Set<String> types, String expected)
      throws UserException {
    Optional<DataType> type = table.type(name);
    if (type.isEmpty()) {
      return lit(null).cast("string");
    }
    if (types.stream().noneMatch(type.get().typeName().replaceFirst("\\(.*", "")::equals)) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "input %s: found column %s of type %s, expected %s",
              uri,
              name,
              type.get().simpleString(),
              expected));
    }
    return table.text(name);
  }
}
