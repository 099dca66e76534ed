package io.repvit.table;

import io.repvit.inference.Prediction;
import io.repvit.inference.Prediction.Score;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.ModelIdentity;
import java.time.Instant;
import java.util.Arrays;
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

  private static final StructType CASCADE =
      new StructType()
          .add("answered_by", DataTypes.StringType, false)
          .add("first_label", DataTypes.StringType, false)
          .add("first_score", DataTypes.FloatType, false);

  /**
   * The columns in the files of a run with one model. The columns run_date and run_id are in the
   * path.
   */
  private static final StructType ONE_MODEL =
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

  /** All columns; {@link #columns} says which of them the files of a run have. */
  public static final StructType SCHEMA = ONE_MODEL.add("cascade", CASCADE, true);

  private PredictionTable() {}

  /** The columns in the files of a run. */
  public static StructType columns(boolean cascade) {
    return cascade ? SCHEMA : ONE_MODEL;
  }

  /**
   * Builds a row of a run with one model.
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
    return ObjectColumns.row(image.object(), values(image, prediction, embedding, identity, now));
  }

  /**
   * Builds a row of a cascade.
   *
   * @param first best class of the first model, if the second made the prediction; otherwise null
   * @param identity identity of the model that made the prediction
   */
  public static Row cascadeRow(
      DecodedObject image,
      Prediction prediction,
      float @Nullable [] embedding,
      @Nullable Score first,
      ModelIdentity identity,
      Instant now) {
    Object[] values = values(image, prediction, embedding, identity, now);
    Score known = first == null ? prediction.best() : first;
    Object[] more = Arrays.copyOf(values, values.length + 1);
    more[values.length] =
        RowFactory.create(first == null ? "first" : "second", known.label(), known.score());
    return ObjectColumns.row(image.object(), more);
  }

  private static Object[] values(
      DecodedObject image,
      Prediction prediction,
      float @Nullable [] embedding,
      ModelIdentity identity,
      Instant now) {
    var best = prediction.best();
    return new @Nullable Object[] {
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
      now
    };
  }

  private static Row score(Score s) {
    return RowFactory.create(s.label(), s.index(), s.score());
  }
}
