package io.repvit.table;

import io.repvit.inference.Prediction;
import io.repvit.inference.Prediction.Score;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.Scorer;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
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
  public static InternalRow row(
      DecodedObject image,
      Prediction prediction,
      float @Nullable [] embedding,
      Scorer scorer,
      Instant now) {
    var object = image.object();
    var best = prediction.best();
    Object[] top = prediction.top().stream().map(PredictionTable::score).toArray();
    return ObjectColumns.row(
        object,
        UTF8String.fromString(image.sha256()),
        image.width(),
        image.height(),
        UTF8String.fromString(image.format()),
        UTF8String.fromString(best.label()),
        best.index(),
        best.score(),
        new GenericArrayData(top),
        embedding == null ? null : UnsafeArrayData.fromPrimitiveArray(embedding),
        UTF8String.fromString(scorer.model()),
        UTF8String.fromString(scorer.modelSha256()),
        UTF8String.fromString(scorer.preprocessing()),
        micros(now));
  }

  private static InternalRow score(Score s) {
    return new GenericInternalRow(
        new Object[] {UTF8String.fromString(s.label()), s.index(), s.score()});
  }

  static long micros(Instant instant) {
    return TimeUnit.SECONDS.toMicros(instant.getEpochSecond())
        + TimeUnit.NANOSECONDS.toMicros(instant.getNano());
  }
}
