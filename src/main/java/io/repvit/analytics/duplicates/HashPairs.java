package io.repvit.analytics.duplicates;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Pairs of rows whose hashes are within a Hamming distance. Public for {@code analytics.audit}
 * only.
 */
public final class HashPairs {
  static final StructType PAIR =
      new StructType().add("a", DataTypes.LongType, false).add("b", DataTypes.LongType, false);

  /** The largest Hamming distance that is searched. */
  public static final int MAX_DISTANCE = HashBands.MAX_DISTANCE;

  private HashPairs() {}

  /**
   * Finds all pairs.
   *
   * @param hashes columns {@code hash} and {@code id}, both bigint; no hash twice
   * @param distance 1 to {@link #MAX_DISTANCE}
   * @return columns {@code a} and {@code b}, which are ids; each pair once
   */
  public static Dataset<Row> within(Dataset<Row> hashes, int distance) {
    LongAccumulator pairs = hashes.sparkSession().sparkContext().longAccumulator();
    return of(hashes, new BucketPairs(HashBands.of(distance, hashes.count()), false, pairs));
  }

  /**
   * Each hash is shuffled once per key of {@link HashBands}; only hashes with an equal key meet.
   *
   * @param hashes columns {@code hash} and {@code id}, both bigint; no hash twice
   * @return columns {@code a} and {@code b}, which are ids
   */
  static Dataset<Row> of(Dataset<Row> hashes, BucketPairs pairs) {
    return hashes
        .select(explode(lit(pairs.bands().masks())).as("mask"), col("hash"), col("id"))
        .repartition(col("mask"), col("hash").bitwiseAND(col("mask")))
        .sortWithinPartitions(col("mask"), col("hash").bitwiseAND(col("mask")))
        .mapPartitions(pairs, Encoders.row(PAIR));
  }
}
