package io.repvit.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What need not be read again, by path and {@link ImageObject#version() version}, with the number
 * of an {@link Outcome}. Nothing is read before somebody asks.
 *
 * @param objects of objects with one image
 * @param shards of shards and files of tables
 */
public record Scored(Dataset<Row> objects, Dataset<Row> shards) {
  static final String PATH = "path";
  static final String VERSION = "version";
  static final String OUTCOME = "outcome";

  /** What is compared. */
  static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(VERSION, DataTypes.StringType, true);

  /** What became of an object in earlier runs; the first that is told counts. */
  enum Outcome {
    /** It has a prediction by the same model and preprocessing. */
    SCORED,
    /** It failed for its own sake, with the same model and under the same conditions. */
    FAILED,
    /** It failed, and is tried again; not of what is no image, which no rate counts. */
    RETRIED
  }

  /**
   * What a run with this model need not read.
   *
   * @param rows as {@link ScoredRows} makes them
   * @param conditions under which it would fail again
   */
  public static Scored of(
      Dataset<Row> rows, String modelSha256, String preprocessing, String conditions) {
    Column failed = col(ScoredRows.FAILED);
    Column sameModel = col(ScoredRows.MODEL).equalTo(modelSha256);
    Column samePreprocessing = col(ScoredRows.PREPROCESSING).equalTo(preprocessing);
    Column sameConditions = col(ScoredRows.CONDITIONS).equalTo(conditions);
    Dataset<Row> told =
        rows.where(failed.or(sameModel.and(samePreprocessing)))
            .select(
                col(PATH),
                col(VERSION),
                when(not(failed), lit(Outcome.SCORED.ordinal()))
                    .when(sameModel.and(sameConditions), lit(Outcome.FAILED.ordinal()))
                    .when(not(col(ScoredRows.OTHER_CONTENT)), lit(Outcome.RETRIED.ordinal()))
                    .as(OUTCOME),
                col(ScoredRows.SHARD))
            .where(col(OUTCOME).isNotNull());
    return new Scored(
        told.where(not(col(ScoredRows.SHARD))).drop(ScoredRows.SHARD),
        told.where(col(ScoredRows.SHARD)).drop(ScoredRows.SHARD));
  }
}
