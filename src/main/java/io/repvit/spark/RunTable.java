package io.repvit.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.FileOutputFormat;
import org.apache.hadoop.mapreduce.task.JobContextImpl;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.TaskContext;
import org.apache.spark.internal.io.FileCommitProtocol;
import org.apache.spark.internal.io.FileCommitProtocol.TaskCommitMessage;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * One table of a run, as Parquet files in one folder. Tasks stage files through Spark's configured
 * {@link FileCommitProtocol} (the magic committer on S3A) and nothing shows before {@link #commit}.
 *
 * <p>Spark's own writers write one table per job; this one lets a task write two in one pass and
 * hand both outcomes to the driver with its result, so that only the attempt which Spark counts is
 * published.
 */
final class RunTable implements Serializable {
  private static final long serialVersionUID = 1;

  /** Rows buffered on the heap per open file: 32 MiB, about 16,000 predictions. */
  private static final String ROW_GROUP_BYTES = Integer.toString(32 << 20);

  private final StructType schema;
  private final String uuid;
  private final FileCommitProtocol protocol;
  private final OutputWriterFactory writers;
  private final SerializableConfiguration configuration;

  private RunTable(
      StructType schema,
      String uuid,
      FileCommitProtocol protocol,
      OutputWriterFactory writers,
      SerializableConfiguration configuration) {
    this.schema = schema;
    this.uuid = uuid;
    this.protocol = protocol;
    this.writers = writers;
    this.configuration = configuration;
  }

  /** Prepares staging of a table in {@code folder}; driver only. */
  static RunTable stage(SparkSession spark, Path folder, StructType schema) throws IOException {
    String uuid = UUID.randomUUID().toString();
    Job job = Job.getInstance(spark.sessionState().newHadoopConf());
    job.setOutputKeyClass(Void.class);
    job.setOutputValueClass(InternalRow.class);
    FileOutputFormat.setOutputPath(job, folder);
    var options =
        scala.collection.immutable.Map.<String, String>from(
            CollectionConverters.asScala(java.util.Map.of("compression", "zstd")));
    OutputWriterFactory writers = new ParquetFileFormat().prepareWrite(spark, job, options, schema);
    Configuration conf = job.getConfiguration();
    conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    conf.set("parquet.block.size", ROW_GROUP_BYTES);
    // By this name the S3A committers know the job; it must not change between tasks.
    conf.set("spark.sql.sources.writeJobUUID", uuid);
    FileCommitProtocol protocol =
        FileCommitProtocol.instantiate(
            spark.sessionState().conf().fileCommitProtocolClass(), uuid, folder.toString(), false);
    var table = new RunTable(schema, uuid, protocol, writers, new SerializableConfiguration(conf));
    protocol.setupJob(table.jobContext());
    return table;
  }

  /** Makes the files of the named task attempts visible; driver only. */
  void commit(List<TaskCommitMessage> tasks) {
    protocol.commitJob(jobContext(), CollectionConverters.asScala(tasks).toSeq());
  }

  /** Drops everything staged; driver only. */
  void abort() {
    protocol.abortJob(jobContext());
  }

  /** Opens this table for the running task attempt, which must commit or abort it. */
  Writer open(TaskContext task) {
    return new Writer(task);
  }

  private JobContextImpl jobContext() {
    return new JobContextImpl(configuration.value(), new JobID(uuid, 0));
  }

  /** What one task attempt stages. */
  final class Writer {
    private final TaskAttemptContextImpl context;
    private @Nullable OutputWriter file;

    private Writer(TaskContext task) {
      var id = new TaskID(new JobID(uuid, task.stageId()), TaskType.MAP, task.partitionId());
      // Two attempts of one task never share this number, across stage attempts either.
      var attempt = new TaskAttemptID(id, (int) (task.taskAttemptId() & Integer.MAX_VALUE));
      var conf = new Configuration(configuration.value());
      conf.set("mapreduce.job.id", attempt.getJobID().toString());
      conf.set("mapreduce.task.id", attempt.getTaskID().toString());
      conf.set("mapreduce.task.attempt.id", attempt.toString());
      conf.setBoolean("mapreduce.task.ismap", true);
      conf.setInt("mapreduce.task.partition", task.partitionId());
      context = new TaskAttemptContextImpl(conf, attempt);
      protocol.setupTask(context);
      if (task.partitionId() == 0) {
        // One file always stands, so that readers find the schema of a table without rows.
        open();
      }
    }

    void write(InternalRow row) {
      (file == null ? open() : file).write(row);
    }

    TaskCommitMessage commit() {
      if (file != null) {
        file.close();
      }
      return protocol.commitTask(context);
    }

    void abort() {
      try {
        if (file != null) {
          file.close();
        }
      } finally {
        protocol.abortTask(context);
      }
    }

    private OutputWriter open() {
      String path =
          protocol.newTaskTempFile(
              context, scala.Option.empty(), writers.getFileExtension(context));
      file = writers.newInstance(path, schema, context);
      return file;
    }
  }
}
