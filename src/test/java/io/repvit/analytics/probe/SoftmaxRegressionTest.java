package io.repvit.analytics.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MLlib's logistic regression against scikit-learn's, see golden_probe.py. */
class SoftmaxRegressionTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  /**
   * Both minimise the same convex function. MLlib ends when the loss improves by less than 1e-8 of
   * itself; near a minimum the distance from it is the root of that, about 1e-4. The probabilities
   * differ less, by up to 1e-5, because the loss is flat where they do not change.
   */
  private static final double PROBABILITY = 1e-4;

  private static final double WEIGHT = 1e-3;
  private static final double BIAS = 1e-2;

  private static Digits digits;

  @BeforeAll
  static void read() throws Exception {
    digits = Digits.read();
  }

  @ParameterizedTest
  @CsvSource({"strong, 0.1", "middle, 0.01", "weak, 0.001"})
  void probabilitiesAreThoseOfScikitLearn(String name, double regularisation) {
    agrees(name, rows(false), regularisation);
  }

  @Test
  void balancedClassesWeighAsInScikitLearn() {
    agrees("balanced", rows(true), 0.01);
  }

  private static void agrees(String name, Dataset<Row> rows, double regularisation) {
    var layer = SoftmaxRegression.of(SoftmaxRegression.train(rows, Digits.CLASSES, regularisation));
    float[] p = digits.expected(name + ".probabilities", Digits.IMAGES, Digits.CLASSES);
    float[] w = digits.expected(name + ".weights", Digits.CLASSES, Digits.WIDTH);
    float[] b = digits.expected(name + ".bias", Digits.CLASSES);
    for (int i = 0; i < Digits.IMAGES; i++) {
      double[] found = layer.probabilities(vector(i));
      for (int k = 0; k < Digits.CLASSES; k++) {
        assertEquals(p[i * Digits.CLASSES + k], found[k], PROBABILITY, name);
      }
    }
    for (int k = 0; k < Digits.CLASSES; k++) {
      assertEquals(b[k], layer.bias()[k], BIAS, name);
      for (int j = 0; j < Digits.WIDTH; j++) {
        assertEquals(w[k * Digits.WIDTH + j], layer.weights()[k][j], WEIGHT, name);
      }
    }
  }

  private static Vector vector(int image) {
    var values = new double[Digits.WIDTH];
    for (int j = 0; j < values.length; j++) {
      values[j] = digits.pixels()[image][j];
    }
    return Vectors.dense(values);
  }

  private static Dataset<Row> rows(boolean balanced) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < Digits.IMAGES; i++) {
      int label = digits.labels()[i];
      double even = (double) Digits.IMAGES / Digits.CLASSES;
      rows.add(
          RowFactory.create(
              vector(i), (double) label, balanced ? even / digits.images(label) : 1.0));
    }
    var schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType(), false)
            .add("label", DataTypes.DoubleType, false)
            .add("weight", DataTypes.DoubleType, false);
    return SPARK.session().createDataFrame(rows, schema);
  }
}
