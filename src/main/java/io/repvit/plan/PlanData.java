package io.repvit.plan;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.shiftright;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.plan.Scored.Outcome;
import io.repvit.source.ImageObject;
import io.repvit.source.VersionColumn;
import java.net.URI;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * The objects that a run reads, as a Parquet data set in the run's folder. The rows of a file are
 * sorted by position, and no position is in two files. A listing writes it in the driver, row by
 * row; Spark writes what is left of it when objects are left out or move.
 *
 * @param folder where the files are; nothing is there when there are no objects
 * @param listed how many objects were listed, each with a position
 * @param objects how many of these are left
 * @param length sum of their known lengths, bytes
 */
public record PlanData(String folder, long listed, long objects, long length) {
  /** Place in the order of reading; of objects with the same bytes, that of the first. */
  static final String POSITION = "position";

  static final String PATH = Scored.PATH;

  /** Bytes, or null. */
  static final String LENGTH = "length";

  /** Milliseconds since the epoch, or null. */
  static final String MODIFIED_AT = "modified_at";

  static final String ETAG = "etag";

  /** Columns of the input that go into the tables, by name. */
  static final String CARRIED = "carried";

  /** Code and message of an object that is not read, see {@link ImageObject.Fault}; or null. */
  static final String FAULT = "fault";

  static final String FAULT_MESSAGE = "fault_message";

  /** Bytes of a row group, of about 10,000 objects: 1 MiB. A task reads one or two. */
  static final long ROW_GROUP_BYTES = 1L << 20;

  private static final StructType SCHEMA =
      new StructType()
          .add(POSITION, DataTypes.LongType)
          .add(PATH, DataTypes.StringType)
          .add(LENGTH, DataTypes.LongType)
          .add(MODIFIED_AT, DataTypes.LongType)
          .add(ETAG, DataTypes.StringType)
          .add(CARRIED, DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType, false))
          .add(FAULT, DataTypes.StringType)
          .add(FAULT_MESSAGE, DataTypes.StringType);

  private static final String[] KEY = {Scored.PATH, Scored.VERSION};

  /** Objects that are compared without moving what is scored: 20,000, a few megabytes. */
  private static final long MOST_BROADCAST = 20_000;

  /** Objects that a task of a join or sort has, about: 20,000. */
  private static final long OBJECTS_PER_SHUFFLE = 20_000;

  /** Objects in a file that Spark writes, about: 65,536. */
  private static final long OBJECTS_PER_FILE = 1 << 16;

  /** Blocks that the driver has of a plan, about: 32,768. Of more objects, neighbours are one. */
  private static final long MOST_BLOCKS = 1 << 15;

  /** Canonical text: a folder is written once. */
  String text() {
    return String.format(
        Locale.ROOT,
        "plan data 1; folder=%s; listed=%d; objects=%d; length=%d",
        folder,
        listed,
        objects,
        length);
  }

  /**
   * What is left of a plan.
   *
   * @param failed objects that are left out because they would fail again
   * @param retried objects that are left and have failed in earlier runs
   */
  record Rest(PlanData data, long failed, long retried) {}

  /**
   * What is left when objects that are scored, or would fail again, are left out, in the order of
   * this. This stays as it is.
   *
   * @param scored paths, versions and outcomes of earlier runs; nothing if there are none
   * @param together whether objects of equal ETag and length move behind the first of them
   * @param to folder for what is left, used when that is not all in the same order
   */
  Rest without(Optional<Dataset<Row>> scored, boolean together, Path to, SparkSession spark) {
    if (objects == 0) {
      return new Rest(this, 0, 0);
    }
    Dataset<Row> all = read(spark);
    if (scored.isEmpty()) {
      return new Rest(written(all, objects, together, to), 0, 0);
    }
    Dataset<Row> told = told(all, scored.get()).persist(StorageLevel.DISK_ONLY());
    try {
      Map<Outcome, Long> counts = new HashMap<>();
      told.where(col(Scored.OUTCOME).isNotNull())
          .groupBy(Scored.OUTCOME)
          .count()
          .collectAsList()
          .forEach(row -> counts.put(Outcome.values()[row.getInt(0)], row.getLong(1)));
      long failed = counts.getOrDefault(Outcome.FAILED, 0L);
      long left = objects - counts.getOrDefault(Outcome.SCORED, 0L) - failed;
      Column isLeft =
          coalesce(col(Scored.OUTCOME), lit(Outcome.RETRIED.ordinal()))
              .equalTo(Outcome.RETRIED.ordinal());
      return new Rest(
          written(told.where(isLeft), left, together, to),
          failed,
          counts.getOrDefault(Outcome.RETRIED, 0L));
    } finally {
      told.unpersist();
    }
  }

  /** With what became of each object in earlier runs. */
  private Dataset<Row> told(Dataset<Row> all, Dataset<Row> scored) {
    Dataset<Row> versions =
        all.withColumn(Scored.VERSION, VersionColumn.of(col(ETAG), col(MODIFIED_AT), col(LENGTH)));
    Dataset<Row> keys = versions.select(Scored.PATH, Scored.VERSION);
    Dataset<Row> outcomes =
        (objects > MOST_BROADCAST ? scored : scored.join(broadcast(keys), KEY, "left_semi"))
            .groupBy(Scored.PATH, Scored.VERSION)
            .agg(min(Scored.OUTCOME).as(Scored.OUTCOME));
    return versions.join(outcomes, KEY, "left");
  }

  /** What is left as a data set: this, or a new one in {@code to}. */
  private PlanData written(Dataset<Row> left, long count, boolean together, Path to) {
    if (count == 0) {
      return new PlanData(to.toString(), listed, 0, 0);
    }
    boolean move = together && hasDuplicates(left);
    if (count == objects && !move) {
      return this;
    }
    String first = "first";
    int files = (int) (1 + (count - 1) / OBJECTS_PER_FILE);
    left.withColumn(
            first,
            move ? first(Math.max(1, BalancedPartitions.MAX_OBJECTS >> shift())) : col(POSITION))
        .repartitionByRange(files, col(first))
        .sortWithinPartitions(first, POSITION)
        .withColumn(POSITION, col(first))
        .select(Arrays.stream(SCHEMA.fieldNames()).map(n -> col(n)).toArray(Column[]::new))
        .write()
        .mode(SaveMode.Overwrite)
        .option("compression", "zstd")
        .option("parquet.block.size", ROW_GROUP_BYTES)
        .parquet(to.toString());
    Row sum =
        new PlanData(to.toString(), listed, count, 0)
            .read(left.sparkSession())
            .agg(sum(LENGTH))
            .first();
    return new PlanData(to.toString(), listed, count, sum.isNullAt(0) ? 0 : sum.getLong(0));
  }

  /** Whether the store tells of objects that they have the same bytes. */
  private static boolean hasDuplicates(Dataset<Row> objects) {
    return !objects
        .where(col(ETAG).isNotNull())
        .groupBy(xxhash64(col(ETAG), col(LENGTH)))
        .count()
        .where(col("count").gt(1))
        .isEmpty();
  }

  /**
   * Position of the first of those that have the same bytes.
   *
   * @param most as many at most get the same; the next ones have a first of their own
   */
  private static Column first(int most) {
    Column[] bytes = {coalesce(col(ETAG), col(POSITION).cast(DataTypes.StringType)), col(LENGTH)};
    Column place = row_number().over(Window.partitionBy(bytes).orderBy(POSITION)).minus(1);
    return min(POSITION).over(Window.partitionBy(bytes[0], bytes[1], floor(place.divide(most))));
  }

  /** The driver's list of the objects, in the order of reading. */
  List<PlanBlock> blocks(SparkSession spark) {
    if (objects == 0) {
      return List.of();
    }
    Map<String, String> files = new HashMap<>();
    return read(spark)
        .groupBy(shiftright(col(POSITION), shift()), col("_metadata.file_path").as("file"))
        .agg(min(POSITION), max(POSITION), count(lit(1)), coalesce(sum(LENGTH), lit(0L)))
        .collectAsList()
        .stream()
        .map(
            row ->
                new PlanBlock(
                    files.computeIfAbsent(
                        row.getString(1), uri -> new Path(URI.create(uri)).toString()),
                    row.getLong(2),
                    row.getLong(3),
                    (int) row.getLong(4),
                    row.getLong(5)))
        .sorted(Comparator.comparingLong(PlanBlock::first))
        .toList();
  }

  /** Bits of a position that tell nothing of its block. */
  private int shift() {
    return Long.SIZE - Long.numberOfLeadingZeros((listed - 1) / MOST_BLOCKS);
  }

  private Dataset<Row> read(SparkSession spark) {
    SparkSession session = spark.newSession();
    // What is scored may be as much as is planned: no side of a join goes through the driver.
    session.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    session.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    session.conf().set("parquet.page.verify-checksum.enabled", true);
    session.conf().set("spark.sql.shuffle.partitions", 1 + objects / OBJECTS_PER_SHUFFLE);
    return session.read().schema(SCHEMA).parquet(folder);
  }
}
