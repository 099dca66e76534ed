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

import io.repvit.plan.ScoredVersions.Outcome;
import io.repvit.source.SourceObject;
import io.repvit.source.VersionColumn;
import io.repvit.spark4.SparkSql;
import java.net.URI;
import java.util.Arrays;
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
 * The source objects that a run reads, as a Parquet data set in the run's folder. The rows of a
 * file are sorted by position, and no position is in two files. The driver writes the data set row
 * by row while it lists. Spark writes a new one when scored objects are removed or duplicates are
 * grouped.
 *
 * @param folder the folder of the files; it does not exist when there are no objects
 * @param listed number of objects that were listed
 * @param objects number of objects in this data set
 * @param length sum of the known lengths, bytes
 */
public record PlanData(String folder, long listed, long objects, long length) {
  /** Number in the order of reading. Duplicates have the position of the first of them. */
  static final String POSITION = "position";

  static final String PATH = ScoredVersions.PATH;

  /** Bytes, or null. */
  static final String LENGTH = "length";

  /** Milliseconds since the epoch, or null. */
  static final String MODIFIED_AT = "modified_at";

  static final String ETAG = "etag";

  /** Values that are carried into the tables, by column name. */
  static final String CARRIED = "carried";

  /** Error code of an object that cannot be read, see {@link SourceObject.Fault}; or null. */
  static final String FAULT = "fault";

  static final String FAULT_MESSAGE = "fault_message";

  /** Size of a row group: 1 MiB, about 10,000 objects. A task reads one or two row groups. */
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

  private static final String[] KEY = {ScoredVersions.PATH, ScoredVersions.VERSION};

  /**
   * Largest plan that is broadcast to filter the scored versions, instead of shuffling all of them:
   * 20,000 objects, a few megabytes.
   */
  private static final long MAX_BROADCAST = 20_000;

  /** Approximate number of objects per shuffle partition. */
  private static final long OBJECTS_PER_SHUFFLE = 20_000;

  /** Approximate number of objects in a file that Spark writes. */
  private static final long OBJECTS_PER_FILE = 1 << 16;

  /** Approximate largest number of blocks in a plan. It bounds the driver's memory. */
  private static final long MAX_BLOCKS = 1 << 15;

  /** Canonical text of this data set. The folder identifies it, because it is written once. */
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
   * A data set without its scored objects.
   *
   * @param failed number of objects that were removed because they would fail again
   * @param retried number of objects that failed in earlier runs and are retried
   */
  record Remainder(PlanData data, long failed, long retried) {}

  /**
   * Removes objects that are scored or would fail again. The order stays the same, except that
   * duplicates are grouped. This data set is not changed.
   *
   * @param scored paths, versions and outcomes of earlier runs; empty removes nothing
   * @param groupDuplicates whether objects with equal ETag and length follow the first of them
   * @param to the folder for the result; not used when the result equals this data set
   */
  Remainder withoutScored(
      Optional<Dataset<Row>> scored, boolean groupDuplicates, Path to, SparkSession spark) {
    if (objects == 0) {
      return new Remainder(this, 0, 0);
    }
    if (scored.isEmpty()
        && (!groupDuplicates || small(spark).filter(p -> !p.hasDuplicates()).isPresent())) {
      return new Remainder(this, 0, 0);
    }
    Dataset<Row> all = read(spark);
    if (scored.isEmpty()) {
      return new Remainder(write(all, objects, groupDuplicates, to), 0, 0);
    }
    Dataset<Row> joined = withOutcomes(all, scored.get()).persist(StorageLevel.DISK_ONLY());
    try {
      Map<Outcome, Long> counts = new HashMap<>();
      joined
          .where(col(ScoredVersions.OUTCOME).isNotNull())
          .groupBy(ScoredVersions.OUTCOME)
          .count()
          .collectAsList()
          .forEach(row -> counts.put(Outcome.values()[row.getInt(0)], row.getLong(1)));
      long failed = counts.getOrDefault(Outcome.FAILED, 0L);
      long left = objects - counts.getOrDefault(Outcome.SCORED, 0L) - failed;
      Column isLeft =
          coalesce(col(ScoredVersions.OUTCOME), lit(Outcome.RETRIED.ordinal()))
              .equalTo(Outcome.RETRIED.ordinal());
      return new Remainder(
          write(joined.where(isLeft), left, groupDuplicates, to),
          failed,
          counts.getOrDefault(Outcome.RETRIED, 0L));
    } finally {
      joined.unpersist();
    }
  }

  /** Adds the outcome of each object in earlier runs, or null. */
  private Dataset<Row> withOutcomes(Dataset<Row> all, Dataset<Row> scored) {
    Dataset<Row> versions =
        all.withColumn(
            ScoredVersions.VERSION, VersionColumn.of(col(ETAG), col(MODIFIED_AT), col(LENGTH)));
    Dataset<Row> keys = versions.select(ScoredVersions.PATH, ScoredVersions.VERSION);
    Dataset<Row> outcomes =
        (objects > MAX_BROADCAST ? scored : scored.join(broadcast(keys), KEY, "left_semi"))
            .groupBy(ScoredVersions.PATH, ScoredVersions.VERSION)
            .agg(min(ScoredVersions.OUTCOME).as(ScoredVersions.OUTCOME));
    return versions.join(outcomes, KEY, "left");
  }

  /** Writes {@code left} to {@code to}; returns this data set if it has the same rows and order. */
  private PlanData write(Dataset<Row> left, long count, boolean groupDuplicates, Path to) {
    if (count == 0) {
      return new PlanData(to.toString(), listed, 0, 0);
    }
    boolean group = groupDuplicates && hasDuplicates(left);
    if (count == objects && !group) {
      return this;
    }
    String first = "first";
    int files = (int) (1 + (count - 1) / OBJECTS_PER_FILE);
    left.withColumn(
            first,
            group
                ? firstPosition(Math.max(1, BalancedPartitions.MAX_OBJECTS >> blockShift()))
                : col(POSITION))
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

  /** Whether two objects have the same ETag and length. */
  private static boolean hasDuplicates(Dataset<Row> objects) {
    return !objects
        .where(col(ETAG).isNotNull())
        .groupBy(xxhash64(col(ETAG), col(LENGTH)))
        .count()
        .where(col("count").gt(1))
        .isEmpty();
  }

  /**
   * Position of the first of several duplicates.
   *
   * @param maxGroup largest number of duplicates in a group; more form several groups
   */
  private static Column firstPosition(int maxGroup) {
    Column[] key = {coalesce(col(ETAG), col(POSITION).cast(DataTypes.StringType)), col(LENGTH)};
    Column number = row_number().over(Window.partitionBy(key).orderBy(POSITION)).minus(1);
    return min(POSITION).over(Window.partitionBy(key[0], key[1], floor(number.divide(maxGroup))));
  }

  /** The blocks of this data set, in the order of reading. */
  List<PlanBlock> blocks(SparkSession spark) {
    return objects == 0
        ? List.of()
        : small(spark).map(SmallPlan::blocks).orElseGet(() -> blocksOfMany(spark));
  }

  /** Number of objects without a known length. */
  long withoutLength(SparkSession spark) {
    return objects == 0
        ? 0
        : small(spark)
            .map(SmallPlan::withoutLength)
            .orElseGet(() -> read(spark).where(col(LENGTH).isNull()).count());
  }

  private Optional<SmallPlan> small(SparkSession spark) {
    return listed > SmallPlan.MAX_OBJECTS
        ? Optional.empty()
        : SmallPlan.read(folder, SparkSql.hadoop(spark));
  }

  /** As {@link SmallPlan#blocks}, of any number of objects, with a query. */
  List<PlanBlock> blocksOfMany(SparkSession spark) {
    Map<String, String> files = new HashMap<>();
    return read(spark)
        .groupBy(shiftright(col(POSITION), blockShift()), col("_metadata.file_path").as("file"))
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
        .sorted(PlanBlock.BY_POSITION)
        .toList();
  }

  /** Number of low bits of a position that objects of the same block differ in. */
  private int blockShift() {
    return Long.SIZE - Long.numberOfLeadingZeros((listed - 1) / MAX_BLOCKS);
  }

  private Dataset<Row> read(SparkSession spark) {
    SparkSession session = spark.newSession();
    // Scored versions may be as many as planned objects, so no side is collected for a broadcast.
    session.conf().set("spark.sql.autoBroadcastJoinThreshold", -1);
    session.conf().set("spark.sql.adaptive.autoBroadcastJoinThreshold", -1);
    session.conf().set("parquet.page.verify-checksum.enabled", true);
    session.conf().set("spark.sql.shuffle.partitions", 1 + objects / OBJECTS_PER_SHUFFLE);
    return session.read().schema(SCHEMA).parquet(folder);
  }
}
