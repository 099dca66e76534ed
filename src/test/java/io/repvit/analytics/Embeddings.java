package io.repvit.analytics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Tables of embeddings for tests. */
public final class Embeddings {
  public static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType), true);

  private Embeddings() {}

  /** A table whose rows have the paths {@code row-0000000.jpg} and so on. */
  public static Dataset<Row> table(SparkSession spark, List<float[]> embeddings) {
    var rows = new ArrayList<Row>();
    for (float[] embedding : embeddings) {
      rows.add(RowFactory.create(path(rows.size()), embedding));
    }
    return spark.createDataFrame(rows, SCHEMA);
  }

  public static String path(int number) {
    return String.format(Locale.ROOT, "row-%07d.jpg", number);
  }

  public static int number(String path) {
    return Integer.parseInt(path.replaceAll("\\D", ""));
  }

  public static float[] gaussian(Random random, int width) {
    var values = new float[width];
    for (int i = 0; i < width; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  public static float[] near(Random random, float[] centre, double noise) {
    float[] values = gaussian(random, centre.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (centre[i] + noise * values[i]);
    }
    return values;
  }

  public static double cosine(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      ab += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return ab / Math.sqrt(aa * bb);
  }
}
