package io.repvit.plan;

import io.repvit.source.SourceObject;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The source objects that published runs have read, by path and {@link SourceObject#version()
 * version}, with the ordinal of an {@link Outcome}. The data sets are lazy.
 *
 * @param objects outcomes of source objects with one image
 * @param shards outcomes of shards and of the files of tables
 */
public record ScoredVersions(Dataset<Row> objects, Dataset<Row> shards) {
  public static final String PATH = "path";
  public static final String VERSION = "version";
  public static final String OUTCOME = "outcome";

  /** The columns that are compared. */
  public static final StructType SCHEMA =
      new StructType()
          .add(PATH, DataTypes.StringType, false)
          .add(VERSION, DataTypes.StringType, true);

  /**
   * The outcome of an object in earlier runs. If several apply, the one that is declared first
   * counts.
   */
  public enum Outcome {
    /** The object has a prediction by the same model and preprocessing. */
    SCORED,
    /** The object itself is faulty; it failed with the same model and the same conditions. */
    FAILED,
    /**
     * The object failed and is retried. Objects that are not images ({@code NOT_AN_IMAGE}) are
     * excluded, because the quarantine rate does not count them.
     */
    RETRIED
  }
}
