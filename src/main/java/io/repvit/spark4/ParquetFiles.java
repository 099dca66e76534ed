package io.repvit.spark4;

import java.io.Closeable;
import java.io.Serializable;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/** Writes Parquet files of one schema with Spark's own writer, one file at a time. */
public final class ParquetFiles implements Serializable {
  private static final long serialVersionUID = 1;

  private final StructType schema;
  private final OutputWriterFactory writers;

  private ParquetFiles(StructType schema, OutputWriterFactory writers) {
    this.schema = schema;
    this.writers = writers;
  }

  /**
   * Prepares files as {@code DataFrameWriter} does; driver only.
   *
   * @param job gets the settings that {@link #open} must find in the configuration of its task
   * @param options of Spark's Parquet writer, such as {@code compression}
   */
  public static ParquetFiles of(
      SparkSession spark, Job job, Map<String, String> options, StructType schema) {
    var immutable =
        scala.collection.immutable.Map.<String, String>from(CollectionConverters.asScala(options));
    OutputWriterFactory writers =
        new ParquetFileFormat().prepareWrite(spark, job, immutable, schema);
    return new ParquetFiles(schema, writers);
  }

  /** How names of the files end, such as {@code .zstd.parquet}. */
  public String extension(TaskAttemptContext task) {
    return writers.getFileExtension(task);
  }

  /** Creates a file. */
  public Open open(Path file, TaskAttemptContext task) {
    return new Open(writers.newInstance(file.toString(), schema, task));
  }

  /** A file that is written; it is complete when it is closed. */
  public static final class Open implements Closeable {
    private final OutputWriter writer;

    private Open(OutputWriter writer) {
      this.writer = writer;
    }

    /**
     * Writes a row.
     *
     * @param row with the columns of the schema, in its order, as {@link Cells} takes them
     */
    public void write(Row row) {
      writer.write(Cells.row(row));
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
