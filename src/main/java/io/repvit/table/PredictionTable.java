package io.repvit.table;

import io.repvit.inference.Prediction;
import io.repvit.inference.Prediction.Score;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.ModelIdentity;
import java.time.Instant;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The predictions table: one row per classified image. */
public final class PredictionTable {
  /** Name of the table and of its folder below the output root. */
  public static final String NAME = "predictions";

  private static final StructType SCORE =
      new StructType()
          .add("label", DataTypes.StringType, false)
          .add("label_index", DataTypes.IntegerType, false)
          .add("score", DataTypes.FloatType, false);

  /** The columns in the files. The columns run_date and run_id are in the path. */
  public static final StructType SCHEMA =
      ObjectColumns.SCHEMA
          .add("content_sha256", DataTypes.StringType, false)
          .add("width", DataTypes.IntegerType, false)
          .add("height", DataTypes.IntegerType, false)
          .add("format", DataTypes.StringType, false)
          .add("label", DataTypes.StringType, false)
          .add("label_index", DataTypes.IntegerType, false)
          .add("score", DataTypes.FloatType, false)
          .add("top_k", DataTypes.createArrayType(SCORE, false), false)
          .add("embedding", DataTypes.createArrayType(DataTypes.FloatType, false), true)
          .add("model", DataTypes.StringType, false)
          .add("model_sha256", DataTypes.StringType, false)
          .add("preprocessing", DataTypes.StringType, false)
          .add("predicted_at", DataTypes.TimestampType, false);

  private PredictionTable() {}

  /**
   * Builds a row.
   *
   * @param image the decoded image
   * @param embedding pooled features, float32; null if the model has no such output
   */
  public static Row row(
      DecodedObject image,
      Prediction prediction,
      float @Nullable [] embedding,
      ModelIdentity identity,
      Instant now) {
    var object = image.object();
    var best = prediction.best();
    return ObjectColumns.row(
        object,
        image.sha256(),
        image.width(),
        image.height(),
        image.format(),
        best.label(),
        best.index(),
        best.score(),
        prediction.top().stream().map(PredictionTable::score).toList(),
        embedding,
        identity.model(),
        identity.modelSha256(),
        identity.preprocessing(),
        now);
  }

  private static Row score(Score s) {
    return RowFactory.create(s.label(), s.index(), s.score());
  }
}
