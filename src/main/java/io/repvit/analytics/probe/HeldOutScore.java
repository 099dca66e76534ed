package io.repvit.analytics.probe;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How a layer scores images that it was not trained on.
 *
 * @param images number of images
 * @param right images whose most probable class is the true one
 * @param loss sum of {@code -ln(p of the true class)}
 */
record HeldOutScore(long images, long right, double loss) implements Serializable {
  /** The least probability in the loss, so that one image cannot make it infinite. */
  private static final double LEAST_PROBABILITY = 1e-15;

  private static final HeldOutScore NONE = new HeldOutScore(0, 0, 0);

  double accuracy() {
    return (double) right / images;
  }

  /**
   * Scores the same images with several layers, in one pass.
   *
   * @param rows rows with {@code features} and {@code label}
   * @return one score per layer
   */
  static List<HeldOutScore> of(Dataset<Row> rows, List<SoftmaxRegression> layers) {
    Broadcast<List<SoftmaxRegression>> shared =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
            .broadcast(List.copyOf(layers));
    List<HeldOutScore> none = new ArrayList<>();
    layers.forEach(layer -> none.add(NONE));
    return rows.select("features", "label")
        .javaRDD()
        .treeAggregate(
            none,
            (scores, row) -> {
              for (int i = 0; i < scores.size(); i++) {
                SoftmaxRegression layer = shared.value().get(i);
                scores.set(i, scores.get(i).plus(layer, row.getAs(0), (int) row.getDouble(1)));
              }
              return scores;
            },
            (a, b) -> {
              for (int i = 0; i < a.size(); i++) {
                a.set(i, a.get(i).plus(b.get(i)));
              }
              return a;
            });
  }

  private HeldOutScore plus(SoftmaxRegression layer, Vector features, int label) {
    double[] p = layer.probabilities(features);
    return plus(
        new HeldOutScore(
            1,
            SoftmaxRegression.best(p) == label ? 1 : 0,
            -Math.log(Math.max(p[label], LEAST_PROBABILITY))));
  }

  private HeldOutScore plus(HeldOutScore other) {
    return new HeldOutScore(images + other.images, right + other.right, loss + other.loss);
  }
}
