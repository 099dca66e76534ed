package io.repvit.analytics.probe;

import io.repvit.analytics.Labels;
import io.repvit.checkpoint.Checkpoint;
import io.repvit.checkpoint.CheckpointReader;
import io.repvit.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Images of digits and what scikit-learn learns from their pixels, see golden_probe.py. */
record Digits(float[][] pixels, int[] labels, Checkpoint golden) {
  static final int IMAGES = 400;
  static final int WIDTH = 64;
  static final int CLASSES = 10;

  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add(Labels.COLUMN, DataTypes.StringType, true)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, true), true);

  static Digits read() throws IOException {
    Checkpoint golden =
        CheckpointReader.read(Path.of("src/test/resources/probe/probe.safetensors"));
    float[] x = golden.take("features", Shape.of(IMAGES, WIDTH)).values();
    float[] y = golden.take("labels", Shape.of(IMAGES)).values();
    var pixels = new float[IMAGES][WIDTH];
    var labels = new int[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      System.arraycopy(x, i * WIDTH, pixels[i], 0, WIDTH);
      labels[i] = (int) y[i];
    }
    return new Digits(pixels, labels, golden);
  }

  float[] expected(String name, int... shape) {
    return golden.take(name, Shape.of(shape)).values();
  }

  /** The number of images with the same label. */
  int images(int label) {
    int images = 0;
    for (int other : labels) {
      images += other == label ? 1 : 0;
    }
    return images;
  }

  /** Rows of {@link #SCHEMA}, whose embeddings are the pixels. */
  List<Row> rows() {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < IMAGES; i++) {
      rows.add(row("digits/" + i + ".png", Objects.toString(labels[i]), pixels[i]));
    }
    return rows;
  }

  static Row row(String path, @Nullable String truth, float @Nullable [] embedding) {
    return RowFactory.create(path, truth, embedding);
  }

  Dataset<Row> table(SparkSession spark) {
    return spark.createDataFrame(rows(), SCHEMA);
  }
}
