package io.repvit.analytics.clusters;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.log2;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.sum;

import io.repvit.analytics.clusters.ClusterSummary.LabelShare;
import io.repvit.analytics.clusters.ClusterSummary.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.jspecify.annotations.Nullable;

/**
 * The labels in clusters. Only sums and the most frequent labels of each cluster reach the driver.
 *
 * @param byCluster the labels of each cluster that has some
 * @param purity share of labelled rows with the most frequent label of their cluster; null without
 *     labels
 * @param adjustedRand adjusted Rand index of clusters and labels; null without labels
 */
record ClusterLabels(
    Map<Integer, Mix> byCluster, @Nullable Double purity, @Nullable Double adjustedRand) {
  private static final int SHOWN = 5;
  private static final String N = "n";

  /**
   * Counts labels.
   *
   * @param rows rows with the column {@code cluster}
   * @param label name of the column of labels; rows without a label do not count
   */
  static ClusterLabels of(Dataset<Row> rows, String label) {
    Dataset<Row> cells =
        rows.where(col(label).isNotNull())
            .groupBy(col(ClusterFit.CLUSTER), col(label).as("label"))
            .agg(count(lit(1)).as(N))
            .persist();
    try {
      return of(cells);
    } finally {
      cells.unpersist();
    }
  }

  private static ClusterLabels of(Dataset<Row> cells) {
    var frequent = new HashMap<Integer, List<Row>>();
    Column rank =
        row_number()
            .over(Window.partitionBy(ClusterFit.CLUSTER).orderBy(col(N).desc(), col("label")));
    cells
        .withColumn("rank", rank)
        .where(col("rank").leq(SHOWN))
        .orderBy(ClusterFit.CLUSTER, "rank")
        .collectAsList()
        .forEach(row -> frequent.computeIfAbsent(row.getInt(0), c -> new ArrayList<>()).add(row));
    var mixes = new HashMap<Integer, Mix>();
    double n = 0;
    double most = 0;
    double clusterPairs = 0;
    double cellPairs = 0;
    for (Row row :
        cells
            .groupBy(ClusterFit.CLUSTER)
            .agg(count(lit(1)), sum(N), max(N), sum(col(N).multiply(log2(col(N)))), sum(pairs()))
            .collectAsList()) {
      double images = row.getLong(2);
      n += images;
      most += row.getLong(3);
      clusterPairs += images * (images - 1) / 2;
      cellPairs += row.getDouble(5);
      mixes.put(
          row.getInt(0),
          new Mix(
              row.getLong(1),
              row.getLong(3) / images,
              Math.max(0, Math.log(images) / Math.log(2) - row.getDouble(4) / images),
              frequent.getOrDefault(row.getInt(0), List.of()).stream()
                  .map(f -> new LabelShare(f.getString(1), f.getLong(2), f.getLong(2) / images))
                  .toList()));
    }
    if (n == 0) {
      return new ClusterLabels(Map.of(), null, null);
    }
    double labelPairs =
        cells.groupBy("label").agg(sum(N).as(N)).agg(sum(pairs())).first().getDouble(0);
    return new ClusterLabels(
        Map.copyOf(mixes), most / n, adjustedRand(n, cellPairs, clusterPairs, labelPairs));
  }

  /** The number of pairs of rows of a cell. */
  private static Column pairs() {
    Column n = col(N).cast("double");
    return n.multiply(n.minus(1)).divide(2);
  }

  /** Hubert and Arabie, Comparing partitions, 1985, equation 5. */
  private static double adjustedRand(double n, double cells, double clusters, double labels) {
    double expected = n < 2 ? 0 : clusters * labels / (n * (n - 1) / 2);
    double most = (clusters + labels) / 2;
    return most == expected ? 1 : (cells - expected) / (most - expected);
  }
}
