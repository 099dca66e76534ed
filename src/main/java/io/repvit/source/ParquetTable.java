package io.repvit.source;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.timestamp_micros;

import io.repvit.UserException;
import io.repvit.source.ParquetFooter.Needed;
import io.repvit.spark4.SparkSql;
import java.io.Serializable;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The needed columns of Parquet files as a table. Spark tasks read the footers of all files first.
 * Therefore other columns may have types that Spark cannot read, and a file that cannot be read is
 * refused by name before the run.
 */
public final class ParquetTable {
  /** Lets Spark read times in nanoseconds, which pandas writes, as numbers. */
  private static final String NANOSECONDS = "spark.sql.legacy.parquet.nanosAsLong";

  /** Largest number of footers that a task reads. */
  private static final int FILES_PER_TASK = 64;

  private static final String NO_COLUMN = "repvit: no column";

  private final Dataset<Row> rows;
  private final Set<String> nanoseconds;

  private ParquetTable(Dataset<Row> rows, List<String> nanoseconds) {
    this.rows = rows;
    this.nanoseconds = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    this.nanoseconds.addAll(nanoseconds);
  }

  /** A file with a certain footer. */
  private record Example(String file) implements Serializable {
    Example min(Example other) {
      return file.compareTo(other.file) <= 0 ? this : other;
    }
  }

  /**
   * Reads the footers.
   *
   * @param uris URIs of files, folders and globs
   * @param settings options of Spark's reader, which this method enables in {@code session}
   * @throws UserException when files lack a column, differ in its type, or cannot be read
   */
  public static ParquetTable of(
      List<String> uris,
      List<String> required,
      List<String> optional,
      @Nullable String image,
      List<String> settings,
      SparkSession session)
      throws UserException {
    List<String> all = new ArrayList<>(settings);
    all.add(NANOSECONDS);
    all.forEach(name -> session.conf().set(name, true));
    String[] places = uris.toArray(String[]::new);
    Dataset<Row> listed =
        session.read().schema(new StructType().add(NO_COLUMN, "int")).parquet(places);
    Set<String> partitions = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    partitions.addAll(Arrays.asList(listed.columns()));
    partitions.remove(NO_COLUMN);
    Needed needed = new Needed(required, optional, image, all).without(partitions);
    List<Tuple2<ParquetFooter, Example>> footers =
        footers(Arrays.asList(listed.inputFiles()), needed, session);
    String given = String.join(" ", uris);
    if (footers.isEmpty()) {
      throw new UserException(
          "input " + given + ": found no Parquet files, expected at least one; check --input");
    }
    for (Tuple2<ParquetFooter, Example> footer : footers) {
      if (footer._1().problem() != null) {
        throw refused(footer._2(), footer._1().problem());
      }
    }
    requireSame(footers);
    StructType schema = (StructType) DataType.fromJson(footers.get(0)._1().schema());
    return new ParquetTable(
        session.read().schema(schema).parquet(places), footers.get(0)._1().nanoseconds());
  }

  private static List<Tuple2<ParquetFooter, Example>> footers(
      List<String> files, Needed needed, SparkSession session) {
    var configuration = new SerializableConfiguration(SparkSql.hadoop(session));
    if (files.isEmpty()) {
      return List.of();
    }
    return JavaSparkContext.fromSparkContext(session.sparkContext())
        .parallelize(files, 1 + files.size() / FILES_PER_TASK)
        .mapToPair(
            file ->
                new Tuple2<>(
                    ParquetFooter.read(file, needed, configuration.value()), new Example(file)))
        .reduceByKey(Example::min, 1)
        .collect()
        .stream()
        .sorted((a, b) -> a._2().file().compareTo(b._2().file()))
        .toList();
  }

  private static UserException refused(Example example, String problem) {
    return new UserException(
        String.format(Locale.ROOT, "input %s: %s", new Path(URI.create(example.file())), problem));
  }

  /** Refuses footers with different types; the message has the first difference. */
  private static void requireSame(List<Tuple2<ParquetFooter, Example>> footers)
      throws UserException {
    StructType first = (StructType) DataType.fromJson(footers.get(0)._1().schema());
    for (Tuple2<ParquetFooter, Example> footer : footers) {
      StructType other = (StructType) DataType.fromJson(footer._1().schema());
      for (String column : names(first, other)) {
        String expected = type(first, column);
        String found = type(other, column);
        if (!found.equalsIgnoreCase(expected)) {
          throw refused(
              footer._2(),
              String.format(
                  Locale.ROOT,
                  "found column %s of type %s, expected %s as in %s; read files of different types in"
                      + " separate runs",
                  column,
                  found,
                  expected,
                  new Path(URI.create(footers.get(0)._2().file())).getName()));
        }
      }
    }
  }

  private static Set<String> names(StructType first, StructType other) {
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(List.of(first.fieldNames()));
    names.addAll(List.of(other.fieldNames()));
    return names;
  }

  private static String type(StructType schema, String name) {
    return Arrays.stream(schema.fields())
        .filter(f -> f.name().equalsIgnoreCase(name))
        .findFirst()
        .map(f -> f.dataType().simpleString())
        .orElse("none");
  }

  /** The rows with the needed columns. */
  public Dataset<Row> rows() {
    return rows;
  }

  /** The type of a column; a timestamp for times in nanoseconds. */
  Optional<DataType> type(String name) {
    return Arrays.stream(rows.schema().fields())
        .filter(field -> field.name().equalsIgnoreCase(name))
        .map(field -> nanoseconds.contains(name) ? DataTypes.TimestampType : field.dataType())
        .findFirst();
  }

  /** A column converted to text. */
  public Column text(String name) {
    Column column = ColumnNames.of(rows.schema(), name).column();
    Column shown =
        nanoseconds.contains(name)
            ? timestamp_micros(call_function("div", column, lit(1000L)))
            : column;
    return shown.cast("string");
  }
}
