package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Cross-validation of a linear layer on embeddings over its regularisation. Each image is scored by
 * a layer that was trained without the fold of the image.
 *
 * <p>Cost: for each fold, one training per regularisation, and one pass over the fold. The driver
 * holds the weights of all trainings.
 *
 * @param scores one entry per regularisation, ascending
 * @param chosen the regularisation with the least mean log loss
 * @param layers the layers of the chosen regularisation, by fold
 */
record CrossValidation(List<Score> scores, double chosen, List<SoftmaxRegression> layers) {

  /**
   * How one regularisation did on images that the layers were not trained on.
   *
   * @param accuracy share of images whose most probable class is the true one
   * @param accuracyLeast in the worst fold
   * @param accuracyMost in the best fold
   * @param logLoss mean of {@code -ln(p of the true class)}
   */
  record Score(
      double regularisation,
      double accuracy,
      double accuracyLeast,
      double accuracyMost,
      double logLoss) {}

  /**
   * Trains and scores.
   *
   * @param rows rows with {@code features}, {@code label}, {@code weight} and {@code fold}; they
   *     are read several times, so the caller should persist them
   * @param classes number of classes
   * @param folds number of folds, at least 2
   * @param regularisations distinct, ascending
   */
  static CrossValidation of(
      Dataset<Row> rows, int classes, int folds, List<Double> regularisations) {
    var layers = new ArrayList<List<SoftmaxRegression>>();
    var counts = new ArrayList<List<HeldOutScore>>();
    for (int fold = 0; fold < folds; fold++) {
      Dataset<Row> others = rows.where(col("fold").notEqual(fold));
      var ofFold = new ArrayList<SoftmaxRegression>();
      for (double regularisation : regularisations) {
        ofFold.add(SoftmaxRegression.fit(others, classes, regularisation));
      }
      layers.add(ofFold);
      counts.add(HeldOutScore.of(rows.where(col("fold").equalTo(fold)), ofFold));
    }
    var scores = new ArrayList<Score>();
    int best = 0;
    for (int i = 0; i < regularisations.size(); i++) {
      int index = i;
      scores.add(
          score(regularisations.get(i), counts.stream().map(fold -> fold.get(index)).toList()));
      best = scores.get(i).logLoss() < scores.get(best).logLoss() ? i : best;
    }
    int chosen = best;
    return new CrossValidation(
        List.copyOf(scores),
        regularisations.get(best),
        layers.stream().map(fold -> fold.get(chosen)).toList());
  }

  /** A fold can be empty if there are fewer images than folds. */
  private static Score score(double regularisation, List<HeldOutScore> folds) {
    List<HeldOutScore> filled = folds.stream().filter(fold -> fold.images() > 0).toList();
    double images = filled.stream().mapToLong(HeldOutScore::images).sum();
    return new Score(
        regularisation,
        filled.stream().mapToLong(HeldOutScore::right).sum() / images,
        filled.stream().mapToDouble(HeldOutScore::accuracy).min().orElse(Double.NaN),
        filled.stream().mapToDouble(HeldOutScore::accuracy).max().orElse(Double.NaN),
        filled.stream().mapToDouble(HeldOutScore::loss).sum() / images);
  }

  /**
   * Adds {@code probabilities}, an array of double by class: of the layer that was trained without
   * the fold of the image.
   *
   * @param rows as for {@link #of}; other columns stay
   */
  Dataset<Row> outOfFold(Dataset<Row> rows) {
    return withProbabilities(rows, layers);
  }

  /**
   * Adds {@code probabilities} by the layer whose place in the list is the image's {@code fold}.
   *
   * @param rows rows with {@code features} and {@code fold}
   */
  static Dataset<Row> withProbabilities(Dataset<Row> rows, List<SoftmaxRegression> layers) {
    StructType schema =
        rows.schema()
            .add("probabilities", DataTypes.createArrayType(DataTypes.DoubleType, false), false);
    int features = rows.schema().fieldIndex("features");
    int fold = rows.schema().fieldIndex("fold");
    Broadcast<List<SoftmaxRegression>> shared =
        JavaSparkContext.fromSparkContext(rows.sparkSession().sparkContext())
            .broadcast(List.copyOf(layers));
    return rows.map(
        (MapFunction<Row, Row>)
            row -> {
              SoftmaxRegression layer = shared.value().get(row.getInt(fold));
              return with(row, layer.probabilities(row.getAs(features)));
            },
        Encoders.row(schema));
  }

  private static Row with(Row row, double[] probabilities) {
    var values = new @Nullable Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] = probabilities;
    return RowFactory.create(values);
  }
}
