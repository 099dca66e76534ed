package io.repvit.analytics.clusters;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import java.util.Arrays;
import org.apache.spark.ml.clustering.BisectingKMeans;
import org.apache.spark.ml.clustering.BisectingKMeansModel;
import org.apache.spark.ml.clustering.KMeans;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;

/**
 * The centres of clusters, and which one a row belongs to.
 *
 * @param vectors the centres
 * @param bisecting the model that assigns rows; null assigns each row to the nearest centre
 */
record Centres(Vector[] vectors, @Nullable BisectingKMeansModel bisecting) {
  /** The column with the number of the centre. */
  static final String FOUND = "prediction";

  /** Number of sets of initial centres on the sample; the best result counts. */
  private static final int STARTS = 5;

  private static final int MAX_ITERATIONS = 50;

  /** Passes over all rows, from the centres of the sample, which are near: MLlib's default. */
  private static final int MAX_PASSES = 20;

  /**
   * Finds centres in a sample, by MLlib.
   *
   * @param features name of the column with the vectors
   */
  static Centres ofSample(Dataset<Row> sample, String features, int k, ClusterOptions o) {
    return switch (o.algorithm()) {
      case BISECTING -> bisecting(sample, features, k, o);
      case K_MEANS -> new Centres(kMeans(sample, features, k, o), null);
    };
  }

  /** Finds centres in all rows. K-means starts from the centres of the sample. */
  static Centres ofAll(
      Dataset<Row> rows, Dataset<Row> sample, String features, int k, ClusterOptions o) {
    if (o.algorithm() == ClusterOptions.Algorithm.BISECTING) {
      return bisecting(rows, features, k, o);
    }
    Vector[] start = kMeans(sample, features, k, o);
    var initial =
        new org.apache.spark.mllib.clustering.KMeansModel(
            Arrays.stream(start)
                .map(org.apache.spark.mllib.linalg.Vectors::fromML)
                .toArray(org.apache.spark.mllib.linalg.Vector[]::new));
    // Only the older interface of MLlib's k-means takes initial centres.
    var found =
        new org.apache.spark.mllib.clustering.KMeans()
            .setK(start.length)
            .setMaxIterations(MAX_PASSES)
            .setInitialModel(initial)
            .run(
                rows.select(features)
                    .toJavaRDD()
                    .map(row -> org.apache.spark.mllib.linalg.Vectors.fromML(row.getAs(0)))
                    .rdd());
    return new Centres(
        Arrays.stream(found.clusterCenters()).map(v -> v.asML()).toArray(Vector[]::new), null);
  }

  private static Vector[] kMeans(Dataset<Row> sample, String features, int k, ClusterOptions o) {
    Dataset<Row> vectors = vectors(sample, features);
    Vector[] best = new Vector[0];
    double least = Double.POSITIVE_INFINITY;
    for (int start = 0; start < STARTS; start++) {
      KMeansModel model =
          new KMeans()
              .setK(k)
              .setSeed(o.seed() + start)
              .setMaxIter(MAX_ITERATIONS)
              .setFeaturesCol(features)
              .fit(vectors);
      if (model.summary().trainingCost() < least) {
        least = model.summary().trainingCost();
        best = model.clusterCenters();
      }
    }
    return best;
  }

  /**
   * The vectors alone. They are another Dataset than the persisted one, so MLlib keeps them as
   * objects; from a persisted one it would convert all rows in each iteration.
   */
  private static Dataset<Row> vectors(Dataset<Row> rows, String features) {
    return rows.select(features);
  }

  private static Centres bisecting(Dataset<Row> rows, String features, int k, ClusterOptions o) {
    BisectingKMeansModel model =
        new BisectingKMeans()
            .setK(k)
            .setSeed(o.seed())
            .setMaxIter(MAX_ITERATIONS)
            .setFeaturesCol(features)
            .fit(vectors(rows, features));
    return new Centres(model.clusterCenters(), model);
  }

  /** Adds the column {@link #FOUND}. */
  Dataset<Row> assign(Dataset<Row> rows, String features) {
    if (bisecting != null) {
      return bisecting.transform(rows);
    }
    Vector[] centres = vectors;
    return rows.withColumn(
        FOUND,
        udf((UDF1<Vector, Integer>) v -> nearest(v, centres), DataTypes.IntegerType)
            .apply(col(features)));
  }

  private static int nearest(Vector v, Vector[] centres) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < centres.length; i++) {
      double distance = Vectors.sqdist(v, centres[i]);
      if (distance < least) {
        least = distance;
        nearest = i;
      }
    }
    return nearest;
  }
}
