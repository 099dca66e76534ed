package io.repvit.analytics.clusters;

import static io.repvit.analytics.clusters.Centres.FOUND;
import static io.repvit.analytics.clusters.UnitEmbeddings.UNIT;
import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.udf;

import io.repvit.UserException;
import io.repvit.analytics.clusters.ClusterSummary.Tried;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.evaluation.ClusteringEvaluator;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.PCAModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF2;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import org.jspecify.annotations.Nullable;

/**
 * Clusters that MLlib has found.
 *
 * @param rows the rows that are clustered, with the columns {@code cluster}, {@code distance},
 *     {@code x} and {@code y} in place of the embedding
 * @param cached what the executors keep for {@code rows}; {@link #release} drops it
 * @param clusters number of clusters with rows
 * @param sampled rows of the sample
 */
record ClusterFit(
    Dataset<Row> rows,
    Dataset<Row> cached,
    UnitEmbeddings embeddings,
    int clusters,
    @Nullable Double pcaVariance,
    @Nullable Double planeVariance,
    @Nullable Double silhouette,
    long sampled,
    List<Tried> tried) {
  static final String CLUSTER = "cluster";
  static final String DISTANCE = "distance";

  private static final String PROJECTED = "projected";

  /**
   * Clusters embeddings.
   *
   * @param images rows with the columns {@code path}, {@code embedding} and others, which are kept
   */
  static ClusterFit of(Dataset<Row> images, ClusterOptions o) throws UserException {
    UnitEmbeddings embeddings = UnitEmbeddings.of(images, o.least());
    if (o.pca() > embeddings.dimensions()) {
      throw new UserException(
          String.format(
              Locale.ROOT,
              "pca is %d, but the embeddings have %d values; choose at most as many",
              o.pca(),
              embeddings.dimensions()));
    }
    Dataset<Row> unit = embeddings.rows().persist(StorageLevel.MEMORY_AND_DISK());
    PCAModel pca =
        new PCA()
            .setInputCol(UNIT)
            .setOutputCol(PROJECTED)
            .setK(Math.min(embeddings.dimensions(), Math.max(2, o.pca())))
            .fit(UnitEmbeddings.sample(unit, embeddings.usable(), o.sample()));
    Dataset<Row> rows = unit;
    if (o.pca() > 0) {
      rows = pca.transform(unit).drop(UNIT).persist(StorageLevel.MEMORY_AND_DISK());
      rows.count();
      unit.unpersist();
    }
    String features = o.pca() > 0 ? PROJECTED : UNIT;
    Dataset<Row> sample = UnitEmbeddings.sample(rows, embeddings.usable(), o.sample());
    long sampled = sample.count();
    List<Tried> tried = o.most() == o.least() ? List.of() : search(sample, sampled, features, o);
    int k = tried.isEmpty() ? o.least() : best(tried);
    Centres centres =
        sampled == embeddings.usable()
            ? Centres.ofSample(rows, features, k, o)
            : Centres.ofAll(rows, sample, features, k, o);
    Dataset<Row> assigned = centres.assign(rows, features);
    int[] order = order(assigned, centres.vectors().length);
    Dataset<Row> placed = o.pca() > 0 ? assigned : pca.transform(assigned);
    double[] variances = pca.explainedVariance().toArray();
    return new ClusterFit(
        answer(placed, centres.vectors(), order, features, pca),
        rows,
        embeddings,
        (int) Arrays.stream(order).filter(i -> i >= 0).count(),
        o.pca() == 0 ? null : share(variances, o.pca()),
        share(variances, 2),
        silhouette(centres, sample, features),
        sampled,
        tried);
  }

  /** Drops what the executors keep. */
  void release() {
    cached.unpersist();
  }

  private static List<Tried> search(
      Dataset<Row> sample, long sampled, String features, ClusterOptions o) {
    var tried = new ArrayList<Tried>();
    for (int k = o.least(); k <= Math.min(o.most(), sampled); k++) {
      tried.add(
          new Tried(k, silhouette(Centres.ofSample(sample, features, k, o), sample, features)));
    }
    return List.copyOf(tried);
  }

  /** The number of clusters with the greatest silhouette; the smallest of equal ones. */
  private static int best(List<Tried> tried) {
    return tried.stream()
        .max(
            Comparator.comparingDouble((Tried t) -> t.silhouette() == null ? -2 : t.silhouette())
                .thenComparing(Tried::clusters, Comparator.reverseOrder()))
        .orElseThrow()
        .clusters();
  }

  /** The mean silhouette of the sample; null if all of it is in one cluster. */
  private static @Nullable Double silhouette(
      Centres centres, Dataset<Row> sample, String features) {
    Dataset<Row> assigned = centres.assign(sample, features).select(features, FOUND);
    return assigned.select(FOUND).distinct().count() < 2
        ? null
        : new ClusteringEvaluator()
            .setFeaturesCol(features)
            .setPredictionCol(FOUND)
            .evaluate(assigned);
  }

  /** The new number of each cluster, by falling size; -1 for one without rows. */
  private static int[] order(Dataset<Row> assigned, int centres) {
    List<Row> sizes =
        assigned.groupBy(FOUND).agg(count(lit(1)), min("path")).collectAsList().stream()
            .sorted(
                Comparator.comparingLong((Row row) -> -row.getLong(1))
                    .thenComparing(row -> row.getString(2)))
            .toList();
    int[] order = new int[centres];
    Arrays.fill(order, -1);
    for (int i = 0; i < sizes.size(); i++) {
      order[sizes.get(i).getInt(0)] = i;
    }
    return order;
  }

  private static Dataset<Row> answer(
      Dataset<Row> placed, Vector[] centres, int[] order, String features, PCAModel pca) {
    Column distance =
        udf(
                (UDF2<Vector, Integer, Float>)
                    (v, found) -> (float) Math.sqrt(Vectors.sqdist(v, centres[found])),
                DataTypes.FloatType)
            .apply(col(features), col(FOUND));
    return placed
        .withColumn(CLUSTER, element_at(lit(order), col(FOUND).plus(1)))
        .withColumn(DISTANCE, distance)
        .withColumn("x", component(pca, 0))
        .withColumn("y", component(pca, 1))
        .drop(FOUND, PROJECTED, UNIT);
  }

  /** A principal component; the sign, which is arbitrary, makes its largest weight positive. */
  private static Column component(PCAModel pca, int i) {
    if (i >= pca.pc().numCols()) {
      return lit(0f);
    }
    double largest = 0;
    for (int row = 0; row < pca.pc().numRows(); row++) {
      double weight = pca.pc().apply(row, i);
      largest = Math.abs(weight) > Math.abs(largest) ? weight : largest;
    }
    Column value = element_at(vector_to_array(col(PROJECTED), "float64"), i + 1);
    return value.multiply(largest < 0 ? -1 : 1).cast(DataTypes.FloatType);
  }

  /** The share of the first components; null if nothing varies. */
  private static @Nullable Double share(double[] variances, int components) {
    double share = Arrays.stream(variances).limit(components).sum();
    return Double.isFinite(share) ? share : null;
  }
}
