package io.repvit.bench;

import java.io.Serializable;
import java.util.Locale;
import java.util.SplittableRandom;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Synthetic embeddings like those of images: clusters of very different sizes, whose rows differ in
 * few directions much and in most directions little. The same seed gives the same rows.
 *
 * @param rows number of rows
 * @param width length of an embedding
 * @param clusters number of clusters; cluster i has a size in proportion to 1 / (i + 10)
 * @param seed of all random numbers
 */
record ClusteredEmbeddings(long rows, int width, int clusters, long seed) implements Serializable {
  /** The column with the number of the cluster. */
  static final String CLUSTER = "cluster";

  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), false)
          .add(CLUSTER, DataTypes.IntegerType, false);

  /** Shares of the first clusters are limited: the first one has 11 times that of cluster 100. */
  private static final int OFFSET = 10;

  /** Size of the noise in a cluster, compared with the distance of clusters. */
  private static final double NOISE = 0.8;

  /**
   * Decay of the standard deviations. With it the variances have the participation ratio 26, which
   * is the intrinsic dimension of ImageNet (Pope et al. 2021, The intrinsic dimension of images).
   */
  private static final double DECAY = 0.75;

  /** Returns the rows, in partitions of about 20,000. */
  Dataset<Row> table(SparkSession spark) {
    return tableWithClusters(spark).drop(CLUSTER);
  }

  /** As {@link #table}, with the column {@link #CLUSTER}. */
  Dataset<Row> tableWithClusters(SparkSession spark) {
    int partitions = (int) Math.max(1, rows / 20_000);
    return spark
        .range(0, rows, 1, partitions)
        .map((MapFunction<Long, Row>) this::row, Encoders.row(SCHEMA));
  }

  private Row row(long number) {
    var random = new SplittableRandom(seed + 2 * number);
    int cluster = cluster(random.nextDouble());
    var centre = new SplittableRandom(seed + 2L * cluster + 1);
    var values = new float[width];
    for (int i = 0; i < width; i++) {
      double scale = Math.pow(1 + i / 4.0, -DECAY);
      values[i] = (float) (scale * (centre.nextGaussian() + NOISE * random.nextGaussian()));
    }
    return RowFactory.create(String.format(Locale.ROOT, "bench/%09d.jpg", number), values, cluster);
  }

  /** The cluster at a share of the cumulative sizes, by the integral of 1 / (x + OFFSET). */
  private int cluster(double share) {
    double whole = Math.log((clusters + OFFSET) / (double) OFFSET);
    return (int) Math.min(clusters - 1, OFFSET * Math.exp(share * whole) - OFFSET);
  }
}
