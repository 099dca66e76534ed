package io.repvit.analytics.clusters;

import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.count_if;
import static org.apache.spark.sql.functions.exists;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.repvit.UserException;
import java.util.Locale;
import org.apache.spark.ml.feature.Normalizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Embeddings of length 1 as vectors of MLlib, in partitions that depend on the paths only. MLlib
 * draws initial centres per partition; this way they depend on the rows and the seed, not on how
 * the table is divided into files.
 *
 * @param rows rows with a usable embedding, in the column {@link #UNIT}
 * @param images rows of the table
 * @param usable number of {@code rows}
 * @param dimensions length of the embeddings
 */
record UnitEmbeddings(Dataset<Row> rows, long images, long usable, int dimensions) {
  /** The column of the vectors. */
  static final String UNIT = "unit";

  /** Rows of a partition. It does not depend on the cluster, because the answer would, too. */
  private static final int PARTITION_ROWS = 5_000;

  private static final int MAX_PARTITIONS = 10_000;
  private static final int HASHES = 1_000_000;
  private static final String EMBEDDING = "embedding";
  private static final String USABLE = "usable";

  /**
   * Checks and arranges embeddings.
   *
   * @param images rows with the columns {@code path}, {@code embedding} and others, which are kept
   * @param least smallest number of usable embeddings
   * @throws UserException if there are fewer, or their lengths differ
   */
  static UnitEmbeddings of(Dataset<Row> images, int least) throws UserException {
    Dataset<Row> marked = images.withColumn(USABLE, isUsable());
    Column length = when(col(USABLE), size(col(EMBEDDING)));
    Row counts = marked.agg(count(lit(1)), count_if(col(USABLE)), min(length), max(length)).first();
    long n = counts.getLong(1);
    if (n < least) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "%d of %d images have an embedding, expected at least %d for as many clusters; choose"
                  + " fewer clusters, or run classify with a model that has an embedding output",
              n,
              counts.getLong(0),
              least));
    }
    int dimensions = counts.getInt(2);
    if (counts.getInt(3) != dimensions) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "the embeddings have %d to %d values, expected one length; choose one model with"
                  + " --model-sha256",
              dimensions,
              counts.getInt(3)));
    }
    int partitions = (int) Math.min(MAX_PARTITIONS, 1 + n / PARTITION_ROWS);
    Dataset<Row> arranged =
        marked
            .where(col(USABLE))
            .drop(USABLE)
            .repartition(partitions, col("path"))
            .sortWithinPartitions(col("path"), xxhash64(col(EMBEDDING)))
            .withColumn("raw", array_to_vector(col(EMBEDDING)))
            .drop(EMBEDDING);
    Dataset<Row> unit =
        new Normalizer().setInputCol("raw").setOutputCol(UNIT).transform(arranged).drop("raw");
    return new UnitEmbeddings(unit, counts.getLong(0), n, dimensions);
  }

  /** Whether an embedding has values, and all are finite. NaN is more than all numbers in Spark. */
  private static Column isUsable() {
    Column infinite =
        exists(
            col(EMBEDDING),
            x -> not(coalesce(x.between(-Float.MAX_VALUE, Float.MAX_VALUE), lit(false))));
    return coalesce(size(col(EMBEDDING)).gt(0).and(not(infinite)), lit(false));
  }

  /** About {@code most} of {@code total} rows, chosen by the hashes of their paths. */
  static Dataset<Row> sample(Dataset<Row> rows, long total, int most) {
    if (total <= most) {
      return rows;
    }
    long share = (long) Math.ceil((double) most / total * HASHES);
    return rows.where(pmod(xxhash64(col("path")), lit(HASHES)).lt(share));
  }
}
