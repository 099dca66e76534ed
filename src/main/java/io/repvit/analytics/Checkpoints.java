package io.repvit.analytics;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * Computes data sets that several steps read, and cuts their lineage. Public for the rooms below
 * this one only.
 */
public final class Checkpoints {
  private Checkpoints() {}

  /**
   * Computes a data set now. It is written to the checkpoint folder of Spark ({@code
   * spark.checkpoint.dir}) if there is one; otherwise executors hold it in memory and on local
   * disks, and it is lost with them.
   */
  public static Dataset<Row> of(Dataset<Row> data) {
    return data.sparkSession().sparkContext().getCheckpointDir().isDefined()
        ? data.checkpoint(true)
        : data.localCheckpoint(true, StorageLevel.MEMORY_AND_DISK());
  }
}
