package io.repvit.predict;

import io.repvit.inference.Prediction.Score;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The column that a function of this project makes of an image: one struct with the columns of the
 * predictions table, and the reason if there is no prediction.
 */
final class PredictionColumn {
  static final String EMBEDDING = "embedding";

  /** An embedding as array of float. */
  static final DataType ARRAY = DataTypes.createArrayType(DataTypes.FloatType, false);

  private static final StructType SCORE =
      new StructType()
          .add("label", DataTypes.StringType, false)
          .add("label_index", DataTypes.IntegerType, false)
          .add("score", DataTypes.FloatType, false);

  private static final StructType ERROR =
      new StructType()
          .add("stage", DataTypes.StringType, false)
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false);

  private PredictionColumn() {}

  /** The type of an embedding: of MLlib's vectors, or {@link #ARRAY}. */
  static DataType embeddingType(boolean asVector) {
    return asVector ? SQLDataTypes.VectorType() : ARRAY;
  }

  /**
   * The type of the struct.
   *
   * @param embedding type of the field {@value #EMBEDDING}; null leaves the field out
   */
  static StructType type(@Nullable DataType embedding) {
    StructType best =
        new StructType()
            .add("label", DataTypes.StringType)
            .add("label_index", DataTypes.IntegerType)
            .add("score", DataTypes.FloatType)
            .add("top_k", DataTypes.createArrayType(SCORE, false));
    return (embedding == null ? best : best.add(EMBEDDING, embedding))
        .add("width", DataTypes.IntegerType)
        .add("height", DataTypes.IntegerType)
        .add("format", DataTypes.StringType)
        .add("error", ERROR);
  }

  /**
   * The value of a struct with the field {@value #EMBEDDING}.
   *
   * @param embedding value of that field, see {@link #embedding}
   */
  static Row row(Outcome outcome, @Nullable Object embedding) {
    if (outcome instanceof Outcome.Predicted p) {
      Score best = p.prediction().best();
      return RowFactory.create(
          best.label(),
          best.index(),
          best.score(),
          top(p),
          embedding,
          p.width(),
          p.height(),
          p.format(),
          null);
    }
    return RowFactory.create(null, null, null, null, null, null, null, null, error(outcome));
  }

  /** The value of a struct without the field {@value #EMBEDDING}. */
  static Row row(Outcome outcome) {
    if (outcome instanceof Outcome.Predicted p) {
      Score best = p.prediction().best();
      return RowFactory.create(
          best.label(),
          best.index(),
          best.score(),
          top(p),
          p.width(),
          p.height(),
          p.format(),
          null);
    }
    return RowFactory.create(null, null, null, null, null, null, null, error(outcome));
  }

  /** The embedding of an image; null if there is none. */
  static @Nullable Object embedding(Outcome outcome, boolean asVector) {
    float[] values = outcome instanceof Outcome.Predicted p ? p.embedding() : null;
    if (values == null || !asVector) {
      return values;
    }
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return Vectors.dense(wide);
  }

  private static Row[] top(Outcome.Predicted p) {
    return p.prediction().top().stream()
        .map(s -> RowFactory.create(s.label(), s.index(), s.score()))
        .toArray(Row[]::new);
  }

  private static Row error(Outcome outcome) {
    var refused = (Outcome.Refused) outcome;
    return RowFactory.create(refused.stage().label(), refused.code(), refused.message());
  }
}
