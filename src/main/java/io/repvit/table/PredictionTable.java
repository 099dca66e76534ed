package io.repvit.table;

import io.repvit.image.ImageHashes;
import io.repvit.image.ImageQuality;
import io.repvit.image.ImageQuality.Issue;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.Prediction;
import io.repvit.inference.Prediction.Score;
import io.repvit.predict.DecodedObject;
import io.repvit.predict.ModelIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
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

  private static final StructType QUALITY = quality();

  private static final StructType HASHES =
      new StructType()
          .add("phash", DataTypes.LongType, true)
          .add("dhash", DataTypes.LongType, true);

  /** All columns; {@link #columns} says which of them the files of a run have. */
  public static final StructType SCHEMA = columns(true, MeasureOptions.ALL);

  private PredictionTable() {}

  private static StructType quality() {
    var scores = new StructType();
    for (Issue issue : Issue.values()) {
      scores = scores.add(issue.column(), DataTypes.DoubleType, false);
    }
    return scores;
  }

  /** The columns in the files of a run. */
  public static StructType columns(boolean cascade, MeasureOptions measures) {
    StructType columns = cascade ? ONE_MODEL.add("cascade", CASCADE, true) : ONE_MODEL;
    if (measures.quality()) {
      columns = columns.add("quality", QUALITY, true);
    }
    for (StructField hash : measures.hashes() ? HASHES.fields() : new StructField[0]) {
      columns = columns.add(hash);
    }
    return columns;
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
    return row(image, values(image, prediction, embedding, identity, now));
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
    List<@Nullable Object> values = values(image, prediction, embedding, identity, now);
    Score known = first == null ? prediction.best() : first;
    values.add(RowFactory.create(first == null ? "first" : "second", known.label(), known.score()));
    return row(image, values);
  }

  /** Adds the measures that were taken. */
  private static Row row(DecodedObject image, List<@Nullable Object> values) {
    ImageQuality quality = image.measures().quality();
    if (quality != null) {
      values.add(
          RowFactory.create(Arrays.stream(Issue.values()).map(i -> i.score(quality)).toArray()));
    }
    ImageHashes hashes = image.measures().hashes();
    if (hashes != null) {
      values.add(hashes.phash());
      values.add(hashes.dhash());
    }
    return ObjectColumns.row(image.object(), values.toArray());
  }

  private static List<@Nullable Object> values(
      DecodedObject image,
      Prediction prediction,
      float @Nullable [] embedding,
      ModelIdentity identity,
      Instant now) {
    var best = prediction.best();
    return new ArrayList<>(
        Arrays.<@Nullable Object>asList(
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
            now));
  }

  private static Row score(Score s) {
    return RowFactory.create(s.label(), s.index(), s.score());
  }
}
