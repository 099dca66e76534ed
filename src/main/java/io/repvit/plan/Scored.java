package io.repvit.plan;

import io.repvit.source.ImageObject;
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
  public static final String PATH = "path";
  public static final String VERSION = "version";
  public static final String OUTCOME = "outcome";

  /** What is compared. */
  public static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(VERSION, DataTypes.StringType, true);

  /** What became of an object in earlier runs; the first that is told counts. */
  public enum Outcome {
    /** It has a prediction by the same model and preprocessing. */
    SCORED,
    /** It failed for its own sake, with the same model and under the same conditions. */
    FAILED,
    /** It failed, and is tried again; not of what is no image, which no rate counts. */
    RETRIED
  }
}
