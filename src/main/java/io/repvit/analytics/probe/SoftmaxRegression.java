package io.repvit.analytics.probe;

import static org.apache.spark.sql.functions.col;

import io.repvit.tensor.Shape;
import io.repvit.tensor.Tensor;
import java.io.Serializable;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A linear layer with softmax on embeddings: {@code p = softmax(W x + b)}, trained by MLlib's
 * multinomial logistic regression. MLlib standardises the features while it trains, and returns
 * weights for the features as they are; they need no further transformation.
 *
 * @param weights {@code W}, {@code [classes][width]}
 * @param bias {@code b}, {@code [classes]}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares two of them
record SoftmaxRegression(double[][] weights, double[] bias) implements Serializable {
  /**
   * The relative improvement of the loss at which training ends: MLlib's default. Probabilities are
   * exact to about the third digit.
   */
  private static final double TOLERANCE = 1e-6;

  private static final int MAX_ITERATIONS = 100;

  /** As {@link #TOLERANCE}, for a classifier that is kept: probabilities are exact to 1e-5. */
  private static final double EXACT_TOLERANCE = 1e-8;

  private static final int EXACT_MAX_ITERATIONS = 200;

  /**
   * Minimises {@code mean(w_i loss_i) + regularisation / 2 |W sigma|^2}, where sigma are the
   * standard deviations of the features.
   *
   * @param rows rows with {@code features}, {@code label} (0 to {@code classes - 1}) and {@code
   *     weight}
   */
  static SoftmaxRegression fit(Dataset<Row> rows, int classes, double regularisation) {
    return of(train(rows, classes, regularisation, TOLERANCE, MAX_ITERATIONS));
  }

  /** Trains as {@link #fit}, but further, and returns MLlib's model. */
  static LogisticRegressionModel train(Dataset<Row> rows, int classes, double regularisation) {
    return train(rows, classes, regularisation, EXACT_TOLERANCE, EXACT_MAX_ITERATIONS);
  }

  private static LogisticRegressionModel train(
      Dataset<Row> rows, int classes, double regularisation, double tolerance, int maxIterations) {
    var classIndex =
        NominalAttribute.defaultAttr().withName("label").withNumValues(classes).toMetadata();
    return new LogisticRegression()
        .setFamily("multinomial")
        .setStandardization(true)
        .setElasticNetParam(0)
        .setRegParam(regularisation)
        .setTol(tolerance)
        .setMaxIter(maxIterations)
        .setWeightCol("weight")
        .fit(rows.withColumn("label", col("label").as("label", classIndex)));
  }

  /** The weights of MLlib's model, which are for features as they are. */
  static SoftmaxRegression of(LogisticRegressionModel model) {
    Matrix matrix = model.coefficientMatrix();
    var weights = new double[matrix.numRows()][matrix.numCols()];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < weights[i].length; j++) {
        weights[i][j] = matrix.apply(i, j);
      }
    }
    return new SoftmaxRegression(weights, model.interceptVector().toArray());
  }

  int classes() {
    return bias.length;
  }

  int width() {
    return weights[0].length;
  }

  /** The probabilities of the classes. */
  double[] probabilities(Vector features) {
    double[] x = features.toArray();
    var logits = new double[classes()];
    for (int i = 0; i < logits.length; i++) {
      double logit = bias[i];
      for (int j = 0; j < x.length; j++) {
        logit += weights[i][j] * x[j];
      }
      logits[i] = logit;
    }
    return softmax(logits);
  }

  /** {@code exp(x_i - max) / sum_j exp(x_j - max)}. */
  static double[] softmax(double[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      max = Math.max(max, logit);
    }
    var p = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** The index of the largest value, the first of equal ones. */
  static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** {@code W} as float32 {@code [classes,width]}. */
  Tensor weightTensor() {
    int width = width();
    var values = new float[Math.multiplyExact(weights.length, width)];
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < width; j++) {
        values[i * width + j] = (float) weights[i][j];
      }
    }
    return new Tensor(Shape.of(weights.length, width), values);
  }

  /** {@code b} as float32 {@code [classes]}. */
  Tensor biasTensor() {
    var values = new float[bias.length];
    for (int i = 0; i < bias.length; i++) {
      values[i] = (float) bias[i];
    }
    return new Tensor(Shape.of(bias.length), values);
  }
}
