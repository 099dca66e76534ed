package io.repvit.table;

import io.repvit.spark4.ParquetFiles;
import io.repvit.spark4.SparkSql;
import io.repvit.storage.TrafficMeter;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Stages the rows of one table as Parquet files in one folder. Readers see no file before {@link
 * #commit}.
 *
 * <p>Spark's own writers write one table per job: Spark's commit coordinator lets a task attempt
 * commit once. Here a task asks the coordinator once and then commits two tables.
 */
public final class TableWriter implements Serializable, Staged {
  private static final long serialVersionUID = 1;

  /**
   * Size of a row group, which is buffered on the heap per open file: 32 MiB, about 16,000
   * predictions.
   */
  private static final int ROW_GROUP_BYTES = 32 << 20;

  /** Rows per staged file: about two row groups of predictions. */
  static final int ROWS_PER_FILE = 32_768;

  private final CommittedFolder folder;
  private final ParquetFiles parquet;

  private TableWriter(CommittedFolder folder, ParquetFiles parquet) {
    this.folder = folder;
    this.parquet = parquet;
  }

  /** Prepares staging of a table in {@code folder}; driver only. */
  public static TableWriter stage(SparkSession spark, Path folder, StructType schema)
      throws IOException {
    Job job = Job.getInstance(SparkSql.hadoop(spark));
    ParquetFiles parquet = ParquetFiles.of(spark, job, Map.of("compression", "zstd"), schema);
    Configuration conf = job.getConfiguration();
    conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    conf.setInt("parquet.block.size", ROW_GROUP_BYTES);
    // The values of an embedding differ, so dictionary encoding would cost time and save nothing.
    conf.setBoolean("parquet.enable.dictionary#embedding.list.element", false);
    conf.setBoolean("mapreduce.fileoutputcommitter.marksuccessfuljobs", false);
    var committed = new CommittedFolder(folder, conf);
    committed.begin();
    return new TableWriter(committed, parquet);
  }

  /** Makes the committed tasks' files visible; driver only. */
  public void commit() throws IOException {
    folder.commit();
  }

  /** Deletes everything staged; driver only. */
  @Override
  public void abort() throws IOException {
    folder.abort();
  }

  /** Makes this JVM count requests to the table's file system from now on. */
  public void watch() {
    TrafficMeter.SHARED.watch(List.of(folder.uri()), folder.configuration());
  }

  /** Opens this table for the running task attempt, which must commit or abort it. */
  public TaskWriter open(TaskContext task) throws IOException {
    CommittedFolder.Task output = folder.open(task);
    try {
      return new TaskWriter(output);
    } catch (IOException | RuntimeException e) {
      try {
        output.abort();
      } catch (IOException | RuntimeException f) {
        e.addSuppressed(f);
      }
      throw e;
    }
  }

  /** The rows that one task attempt stages. */
  public final class TaskWriter implements Staged {
    private final CommittedFolder.Task output;
    private ParquetFiles.@Nullable Open file;
    private int files;
    private int rows;

    private TaskWriter(CommittedFolder.Task output) throws IOException {
      this.output = output;
      if (partition() == 0) {
        // Partition 0 always writes a file, so that a table without rows has a schema.
        file = create();
      }
    }

    /** Appends a row. */
    public void write(Row row) throws IOException {
      if (rows == ROWS_PER_FILE) {
        close();
      }
      if (file == null) {
        file = create();
        rows = 0;
      }
      file.write(row);
      rows++;
    }

    /** Completes the current file. The rows are staged but not committed. */
    public void close() {
      ParquetFiles.Open open = file;
      file = null;
      if (open != null) {
        open.close();
      }
    }

    /** Commits the task's files, which must be closed. */
    public void commit() throws IOException {
      output.commit();
    }

    @Override
    public void abort() throws IOException {
      try {
        close();
      } finally {
        output.abort();
      }
    }

    private int partition() {
      return output.context().getTaskAttemptID().getTaskID().getId();
    }

    private ParquetFiles.Open create() throws IOException {
      String name =
          String.format(
              Locale.ROOT,
              "part-%05d-%03d-%s%s",
              partition(),
              files++,
              folder.uuid(),
              parquet.extension(output.context()));
      return parquet.open(output.file(name), output.context());
    }
  }
}
