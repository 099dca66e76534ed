package io.repvit.plan;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toList;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.udf;

import io.repvit.UserException;
import io.repvit.metrics.LeftOut;
import io.repvit.plan.ScoredVersions.Outcome;
import io.repvit.source.ColumnNames;
import io.repvit.source.Input;
import io.repvit.source.ListedRows;
import io.repvit.source.ParquetTable;
import io.repvit.source.SourceObject;
import io.repvit.source.TableImages;
import io.repvit.source.TableKeys;
import io.repvit.source.TableRow;
import io.repvit.spark4.FileSlice;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.TrafficMeter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.hadoop.fs.Path;
import org.apache.spark.Partition;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The plan of a table with images. Spark reads the table row by row, without its vectorized
 * readers, because a batch of thousands of rows may be gigabytes of images. A task holds one
 * compressed row group in memory.
 */
final class TablePlan implements Plan {
  /** Encodes the name of a data file of Iceberg as a URI, as Spark does for other files. */
  private static final UserDefinedFunction ESCAPED =
      udf((UDF1<String, String>) name -> new Path(name).toUri().toString(), DataTypes.StringType);

  private final SparkSession session;
  private final Dataset<Row> images;
  private final Input.Table input;
  private final long rows;
  private final long bytes;

  private TablePlan(
      SparkSession session, Dataset<Row> images, Input.Table input, long rows, long bytes) {
    this.session = session;
    this.images = images;
    this.input = input;
    this.rows = rows;
    this.bytes = bytes;
  }

  static TablePlan of(Input.Table input, SparkSession spark) throws UserException {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.parquet.enableVectorizedReader", false);
    session.conf().set("spark.sql.orc.enableVectorizedReader", false);
    try {
      Dataset<Row> images =
          TableKeys.unique(
              input.isIceberg() ? iceberg(input, session) : files(input, session), input);
      long bytes = SparkSql.estimatedBytes(images);
      return new TablePlan(session, images, input, images.count(), bytes);
    } catch (LinkageError e) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "input %s cannot be read: its library is not compatible with Spark %s: %s; for Iceberg"
                  + " use Spark 4.1",
              String.join(" ", input.uris()),
              spark.version(),
              UserException.reason(e)),
          e);
    } catch (Exception e) {
      UserException refused = UserException.causeOf(e);
      throw refused != null
          ? refused
          : new UserException(
              String.format(
                  Locale.ROOT,
                  "input %s cannot be read as a table: %s",
                  String.join(" ", input.uris()),
                  UserException.reason(e)),
              e);
    }
  }

  private static Dataset<Row> files(Input.Table input, SparkSession session) throws UserException {
    Column file = col("_metadata.file_path");
    Column fileLength = col("_metadata.file_size");
    Column modifiedAt = col("_metadata.file_modification_time");
    if (!input.format().equals("parquet")) {
      Dataset<Row> table =
          session.read().format(input.format()).load(input.uris().toArray(String[]::new));
      Column none = lit(null).cast(DataTypes.LongType);
      return images(table, text(table), input, none, file, fileLength, modifiedAt);
    }
    List<String> columns = new ArrayList<>(input.carry());
    columns.add(input.imageColumn());
    if (input.keyColumn() != null) {
      columns.add(input.keyColumn());
    }
    ParquetTable table =
        ParquetTable.of(input.uris(), columns, List.of(), input.imageColumn(), List.of(), session);
    return images(
        table.rows(), table::text, input, col("_metadata.row_index"), file, fileLength, modifiedAt);
  }

  private static Function<String, Column> text(Dataset<Row> table) {
    return name -> ColumnNames.of(table.schema(), name).column().cast("string");
  }

  /** Data files of Iceberg are immutable, so the file name is the version. */
  private static Dataset<Row> iceberg(Input.Table input, SparkSession session) {
    return input.uris().stream()
        .map(name -> session.read().option("vectorization-enabled", false).table(name))
        .map(
            table ->
                images(
                    table,
                    text(table),
                    input,
                    col("_pos"),
                    ESCAPED.apply(col("_file")),
                    lit(null).cast(DataTypes.LongType),
                    lit(null).cast(DataTypes.TimestampType)))
        .reduce(Dataset::unionAll)
        .orElseThrow();
  }

  private static Dataset<Row> images(
      Dataset<Row> table,
      Function<String, Column> text,
      Input.Table input,
      Column number,
      Column file,
      Column fileLength,
      Column modifiedAt) {
    String key = input.keyColumn();
    return table.select(
        bytes(table, input.imageColumn()).as(TableRow.IMAGE),
        (key == null ? number.cast("string") : text.apply(key)).as(TableRow.KEY),
        number.as(TableRow.NUMBER),
        file.as(TableRow.FILE),
        fileLength.as(TableRow.FILE_LENGTH),
        modifiedAt.as(TableRow.MODIFIED_AT),
        ListedRows.carried(input.carry().stream().map(text).toList()));
  }

  private static Column bytes(Dataset<Row> table, String name) {
    ColumnNames.Found image = ColumnNames.of(table.schema(), name);
    if (image.type() instanceof BinaryType) {
      return image.column();
    }
    if (image.type() instanceof StructType struct
        && struct.getFieldIndex("bytes").isDefined()
        && struct.apply("bytes").dataType() instanceof BinaryType) {
      return image.column().getField("bytes");
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "found column %s of type %s, expected binary or a struct with a binary field 'bytes';"
                + " name another column with --image-column",
            name,
            image.type().simpleString()));
  }

  /**
   * Removes whole files. The files are collected in the driver, where Spark holds the list of a
   * table's files anyway.
   */
  @Override
  public Remainder withoutScored(Optional<ScoredVersions> scored, Path folder, SparkSession spark) {
    return scored.map(this::withoutScored).orElseGet(() -> new Remainder(this, 0));
  }

  private Remainder withoutScored(ScoredVersions scored) {
    Map<String, Row> files = new HashMap<>();
    List<Row> versions = new ArrayList<>();
    for (Row row :
        images
            .select(TableRow.FILE, TableRow.FILE_LENGTH, TableRow.MODIFIED_AT)
            .distinct()
            .collectAsList()) {
      SourceObject file = TableRow.file(row);
      files.put(file.path(), row);
      versions.add(RowFactory.create(file.path(), file.version()));
    }
    Map<Boolean, List<String>> done =
        session
            .createDataFrame(versions, ScoredVersions.SCHEMA)
            .join(scored.shards(), new String[] {ScoredVersions.PATH, ScoredVersions.VERSION})
            .groupBy(ScoredVersions.PATH)
            .agg(min(ScoredVersions.OUTCOME))
            .collectAsList()
            .stream()
            .filter(row -> row.getInt(1) != Outcome.RETRIED.ordinal())
            .collect(
                partitioningBy(
                    row -> row.getInt(1) == Outcome.SCORED.ordinal(),
                    mapping(
                        row -> requireNonNull(files.get(row.getString(0))).getString(0),
                        toList())));
    List<String> scoredFiles = requireNonNull(done.get(true));
    List<String> failedFiles = requireNonNull(done.get(false));
    if (scoredFiles.isEmpty() && failedFiles.isEmpty()) {
      return new Remainder(this, 0);
    }
    long failed = failedFiles.isEmpty() ? 0 : images.where(isIn(failedFiles)).count();
    Dataset<Row> left = images.where(not(isIn(scoredFiles)).and(not(isIn(failedFiles))));
    long share = bytes / files.size() * (files.size() - scoredFiles.size() - failedFiles.size());
    return new Remainder(new TablePlan(session, left, input, left.count(), share), failed);
  }

  private static Column isIn(List<String> files) {
    return col(TableRow.FILE).isin(files.toArray());
  }

  @Override
  public long count() {
    return rows;
  }

  @Override
  public LeftOut leftOut() {
    return LeftOut.NONE;
  }

  @Override
  public long failedBefore() {
    return 0;
  }

  @Override
  public OptionalLong images() {
    return OptionalLong.of(rows);
  }

  @Override
  public long length() {
    return bytes;
  }

  /** The rows have their images. */
  @Override
  public long withoutLength(SparkSession spark) {
    return 0;
  }

  @Override
  public String summary() {
    return String.format(Locale.ROOT, "%d rows in files of %d bytes", rows, bytes);
  }

  /**
   * Sets the options by which Spark divides files into partitions, between row groups. Spark reads
   * them when it makes the RDD.
   */
  @Override
  public Partitions<?> partitions(SparkSession spark, int wanted) {
    session.conf().set("spark.sql.files.minPartitionNum", wanted);
    session.conf().set("spark.sql.files.openCostInBytes", 1 << 20);
    List<String> carry = List.copyOf(input.carry());
    List<String> uris = List.copyOf(input.uris());
    JavaRDD<Row> rdd = images.select(col("*")).toJavaRDD();
    return new Partitions<>(
        rdd,
        (rows, configuration, o) -> {
          TrafficMeter.SHARED.watch(uris, configuration);
          return new TableImages(rows, carry, o.maxEncodedBytes());
        },
        resumption(rdd.partitions()));
  }

  /** Iceberg does not expose its partitions, and it may divide a table differently next time. */
  private Resumption resumption(List<Partition> partitions) {
    if (input.isIceberg()) {
      return new Resumption.Impossible();
    }
    List<String> lines = new ArrayList<>(List.of("table partitions 1", "rows=" + rows));
    for (int i = 0; i < partitions.size(); i++) {
      for (FileSlice slice : FileSlice.of(partitions.get(i))) {
        lines.add(
            String.format(
                Locale.ROOT,
                "partition=%d; start=%d; length=%d; size=%d; modified-at=%d; file=%s",
                i,
                slice.start(),
                slice.length(),
                slice.size(),
                slice.modifiedAt(),
                slice.file()));
      }
    }
    return new Resumption.SameInput(Plan.fingerprint(lines));
  }
}
