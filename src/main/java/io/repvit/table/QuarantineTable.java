package io.repvit.table;

import io.repvit.predict.ModelIdentity;
import io.repvit.source.Quarantined;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The quarantine table: one row per source object or image without a prediction, with the reason.
 */
public final class QuarantineTable {
  /** Name of the table and of its folder below the output root. */
  public static final String NAME = "quarantine";

  /** The columns in the files. The columns run_date and run_id are in the path. */
  public static final StructType SCHEMA =
      ObjectColumns.SCHEMA
          .add("stage", DataTypes.StringType, false)
          .add("code", DataTypes.StringType, false)
          .add("message", DataTypes.StringType, false)
          .add("attempt", DataTypes.IntegerType, false)
          .add("model_sha256", DataTypes.StringType, false);

  private QuarantineTable() {}

  /**
   * Builds a row.
   *
   * @param attempt attempt number of the task, from 0
   */
  public static Row row(Quarantined q, int attempt, ModelIdentity identity) {
    return ObjectColumns.row(
        q.object(), q.stage().label(), q.code(), q.message(), attempt, identity.modelSha256());
  }
}
