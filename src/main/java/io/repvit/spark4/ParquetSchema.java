package io.repvit.spark4;

import java.util.List;
import org.apache.parquet.schema.MessageType;
import org.apache.spark.sql.execution.datasources.parquet.ParquetToSparkSchemaConverter;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/** The schema that Spark's Parquet reader makes of a file's own. */
public final class ParquetSchema {
  private ParquetSchema() {}

  /**
   * Converts a schema, on the driver or an executor.
   *
   * @param settings names of Spark's settings that are {@code true}; all others have their default
   * @throws Exception of Spark, undeclared and checked too, for a type that Spark does not read
   */
  public static StructType ofSpark(MessageType schema, List<String> settings) throws Exception {
    var conf = new SQLConf();
    settings.forEach(name -> conf.setConfString(name, "true"));
    return new ParquetToSparkSchemaConverter(conf).convert(schema);
  }
}
