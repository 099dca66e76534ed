package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.array_contains;
import static org.apache.spark.sql.functions.array_repeat;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import io.repvit.UserException;
import io.repvit.analytics.neighbours.EmbeddingBlock.Rejected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;

/**
 * The embeddings of a table in blocks of even size. A row's block follows from its path and the
 * number of blocks, so that a partition that is computed again has the same ids.
 *
 * @param rdd one block per partition, in order
 * @param count number of blocks
 * @param width length of an embedding; 0 if no row has one
 * @param rows rows of the table, also those without an embedding
 */
record EmbeddingBlocks(
    SparkSession spark, JavaRDD<EmbeddingBlock> rdd, int count, int width, long rows) {
  /** Why a row has no cosines: it has no embedding. */
  static final String NO_EMBEDDING = "no_embedding";

  /** Why a row has no cosines: all values of its embedding are 0. */
  static final String ZERO = "zero_embedding";

  /** Why a row has no cosines: a value of its embedding is null, NaN or infinite. */
  static final String NOT_FINITE = "not_finite";

  private static final String REPEATED = "repeated_path";

  private static final int SHOWN = 5;

  /**
   * Reads and packs a table. The blocks stay on the disks of the executors until the object is
   * collected as garbage.
   *
   * @param table columns {@code path}, which identifies a row, and {@code embedding}
   * @throws UserException if embeddings have different widths
   */
  static EmbeddingBlocks of(Dataset<Row> table, BlockSizes sizes) throws UserException {
    SparkSession spark = table.sparkSession();
    Column embedding = col("embedding");
    Dataset<Row> rows = table.select(col("path"), embedding.cast("array<float>").as("embedding"));
    List<Row> widths =
        rows.groupBy(coalesce(size(col("embedding")), lit(0)).as("width"))
            .agg(expr("count(*)"), min("path"))
            .orderBy("width")
            .limit(SHOWN)
            .collectAsList();
    List<Row> known = widths.stream().filter(row -> row.getInt(0) > 0).toList();
    if (known.size() > 1) {
      throw new UserException(
          "the embeddings have different widths: "
              + known.stream().map(EmbeddingBlocks::text).collect(Collectors.joining(", "))
              + "; select the rows of one model");
    }
    int width = known.isEmpty() ? 0 : known.get(0).getInt(0);
    long all = widths.stream().mapToLong(row -> row.getLong(1)).sum();
    int count = sizes.blocks(all, width, spark.sparkContext().defaultParallelism());
    var encoder = Encoders.tuple(Encoders.STRING(), spark.implicits().newFloatArrayEncoder());
    JavaRDD<EmbeddingBlock> rdd =
        rows.select(
                col("path"),
                when(hasNumbersOnly(embedding).equalTo(false), notFinite(embedding))
                    .otherwise(embedding)
                    .as("embedding"))
            .repartition(count, col("path"))
            .sortWithinPartitions("path")
            .as(encoder)
            .toJavaRDD()
            .mapPartitionsWithIndex((block, part) -> pack(block, width, part), true)
            .persist(StorageLevel.DISK_ONLY());
    List<Rejected> repeated =
        rdd.flatMap(block -> block.rejected().iterator())
            .filter(row -> row.reason().equals(REPEATED))
            .take(1);
    if (!repeated.isEmpty()) {
      throw new UserException(
          "the path "
              + repeated.get(0).path()
              + " has several rows, expected one row per path; read the output of classify, which"
              + " gives the newest row, instead of the folders of several runs");
    }
    // An empty table has no partitions.
    return new EmbeddingBlocks(spark, rdd, rdd.getNumPartitions(), width, all);
  }

  /**
   * Whether no element of an array is null or NaN; null for a null array. With a null element,
   * {@code array_contains} is null or true.
   */
  static Column hasNumbersOnly(Column array) {
    return when(array.isNotNull(), array_contains(array, Float.NaN).eqNullSafe(false));
  }

  /** An array of the same length, because an array of float in Java can have no null element. */
  private static Column notFinite(Column array) {
    return array_repeat(lit(Float.NaN), size(array));
  }

  /** Counts the rows without cosines by reason. */
  Map<String, Long> rejected() {
    return new TreeMap<>(
        rdd.flatMap(block -> block.rejected().iterator()).map(Rejected::reason).countByValue());
  }

  private static String text(Row width) {
    return String.format(
        Locale.ROOT,
        "%d (%,d rows, such as %s)",
        width.getInt(0),
        width.getLong(1),
        width.getString(2));
  }

  private static Iterator<EmbeddingBlock> pack(
      int block, int width, Iterator<Tuple2<String, float[]>> part) {
    var paths = new ArrayList<String>();
    var rejected = new ArrayList<Rejected>();
    var values = new float[0];
    String before = null;
    while (part.hasNext()) {
      Tuple2<String, float[]> row = part.next();
      if (row._1().equals(before)) {
        rejected.add(new Rejected(row._1(), REPEATED));
        continue;
      }
      before = row._1();
      float[] embedding = row._2();
      String defect = defect(embedding);
      if (defect != null) {
        rejected.add(new Rejected(row._1(), defect));
        continue;
      }
      int at = paths.size() * width;
      if (at + width > values.length) {
        values = Arrays.copyOf(values, Math.max(1024 * width, values.length + values.length / 2));
      }
      normalise(embedding, values, at);
      paths.add(row._1());
    }
    return Stream.of(
            new EmbeddingBlock(
                block,
                width,
                paths.toArray(String[]::new),
                Arrays.copyOf(values, paths.size() * width),
                List.copyOf(rejected)))
        .iterator();
  }

  private static @Nullable String defect(float @Nullable [] embedding) {
    if (embedding == null || embedding.length == 0) {
      return NO_EMBEDDING;
    }
    double square = 0;
    for (float value : embedding) {
      square += (double) value * value;
    }
    if (!Double.isFinite(square)) {
      return NOT_FINITE;
    }
    return square == 0 ? ZERO : null;
  }

  private static void normalise(float[] embedding, float[] values, int at) {
    double square = 0;
    for (float value : embedding) {
      square += (double) value * value;
    }
    double norm = Math.sqrt(square);
    for (int i = 0; i < embedding.length; i++) {
      values[at + i] = (float) (embedding[i] / norm);
    }
  }
}
