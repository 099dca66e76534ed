package io.repvit.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.JobID;
import org.apache.hadoop.mapreduce.JobStatus;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.TaskID;
import org.apache.hadoop.mapreduce.TaskType;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitter;
import org.apache.hadoop.mapreduce.lib.output.PathOutputCommitterFactory;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.TaskContext;
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
 * One table of a run, as Parquet files in one folder. Tasks stage files through Hadoop's committer
 * for that folder (on S3A the magic committer) and nothing shows before {@link #commit}.
 *
 * <p>Spark's own writers write one table per job and ask its commit coordinator once per table,
 * which lets a task attempt commit one table only. Here {@link PartitionTask} asks once and commits
 * two. A task's files are staged under the number of its partition, so that a later attempt
 * replaces an earlier one that died between its two commits.
 */
final class RunTable implements Serializable {
  private static final long serialVersionUID = 1;

  /** Rows buffered on the heap per open file: 32 MiB, about 16,000 predictions. */
  private static final int ROW_GROUP_BYTES = 32 << 20;

  private static final int DRIVER = 0;

  private final String folder;
  private final StructType schema;
  private final String uuid;
  private final OutputWriterFactory writers;
  private final SerializableConfiguration configuration;

  private RunTable(
      String folder,
      StructType schema,
      String uuid,
      OutputWriterFactory writers,
      SerializableConfiguration configuration) {
    this.folder = folder;
    this.schema = schema;
    this.uuid = uuid;
    this.writers = writers;
    this.configuration = configuration;
  }

  /**
   * Prepares staging of a table in {@code folder}; driver only.
   *
   * @throws InputException when the folder is on S3 and the committer would rename
   */
  static RunTable stage(SparkSession spark, Path folder, StructType schema)
      throws IOException, InputException {
    String uuid = UUID.randomUUID().toString();
    Job job = Job.getInstance(spark.sessionState().newHadoopConf());
    var options =
        scala.collection.immutable.Map.<String, String>from(
            CollectionConverters.asScala(Map.of("compression", "zstd")));
    OutputWriterFactory writers = new ParquetFileFormat().prepareWrite(spark, job, options, schema);
    Configuration conf = job.getConfiguration();
    conf.set("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
    conf.setInt("parquet.block.size", ROW_GROUP_BYTES);
    // Every value of an embedding is another one: looking each up in a dictionary is wasted.
    conf.setBoolean("parquet.enable.dictionary#embedding.list.element", false);
    // Version 2 shows a task's files before the job commits.
    conf.setInt("mapreduce.fileoutputcommitter.algorithm.version", 1);
    // By this name the S3A committers know the job; driver and tasks must agree on it.
    conf.set("fs.s3a.committer.uuid", uuid);
    var table =
        new RunTable(folder.toString(), schema, uuid, writers, new SerializableConfiguration(conf));
    TaskAttemptContext context = table.context(DRIVER, DRIVER);
    PathOutputCommitter committer = table.committer(context);
    if (committer instanceof FileOutputCommitter
        && folder.getFileSystem(conf).getUri().getScheme().equals("s3a")) {
      throw new InputException(
          "output %s is on S3 but would be committed by renaming, which copies and is not atomic; start with --properties-file conf/spark.conf, which sets fs.s3a.committer.name to magic"
              .formatted(folder));
    }
    committer.setupJob(context);
    return table;
  }

  /** Makes the committed tasks' files visible; driver only. */
  void commit() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).commitJob(context);
  }

  /** Drops everything staged; driver only. */
  void abort() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    // The folder is this run's alone, so no neighbour has uploads below it. Left behind they would
    // be invisible and cost money.
    context.getConfiguration().setBoolean("fs.s3a.committer.abort.pending.uploads", true);
    committer(context).abortJob(context, JobStatus.State.FAILED);
  }

  /** From now on this JVM counts what is asked of the table's file system. */
  void watch() {
    TrafficMeter.SHARED.watch(List.of(folder), configuration.value());
  }

  /** Opens this table for the running task attempt, which must commit or abort it. */
  Writer open(TaskContext task) throws IOException {
    // Two attempts of one task never share the last number, across stage attempts either.
    return new Writer(
        context(task.partitionId(), (int) (task.taskAttemptId() & Integer.MAX_VALUE)));
  }

  private TaskAttemptContext context(int partition, int attempt) {
    var id = new TaskAttemptID(new TaskID(new JobID(uuid, 0), TaskType.MAP, partition), attempt);
    var conf = new Configuration(configuration.value());
    conf.set("mapreduce.job.id", id.getJobID().toString());
    conf.set("mapreduce.task.id", id.getTaskID().toString());
    conf.set("mapreduce.task.attempt.id", id.toString());
    conf.setBoolean("mapreduce.task.ismap", true);
    conf.setInt("mapreduce.task.partition", partition);
    return new TaskAttemptContextImpl(conf, id);
  }

  private PathOutputCommitter committer(TaskAttemptContext context) throws IOException {
    return PathOutputCommitterFactory.createCommitter(new Path(folder), context);
  }

  /** What one task attempt stages. */
  final class Writer {
    private final TaskAttemptContext context;
    private final PathOutputCommitter committer;
    private @Nullable OutputWriter file;
    private boolean closed;

    private Writer(TaskAttemptContext context) throws IOException {
      this.context = context;
      committer = committer(context);
      committer.setupTask(context);
      if (context.getTaskAttemptID().getTaskID().getId() == 0) {
        // One file always stands, so that readers find the schema of a table without rows.
        open();
      }
    }

    void write(InternalRow row) throws IOException {
      (file == null ? open() : file).write(row);
    }

    /** Ends the file; the rows are staged but not yet vouched for. */
    void close() {
      if (file != null && !closed) {
        closed = true;
        file.close();
      }
    }

    void commit() throws IOException {
      if (committer.needsTaskCommit(context)) {
        committer.commitTask(context);
      }
    }

    void abort() throws IOException {
      try {
        close();
      } finally {
        committer.abortTask(context);
      }
    }

    private OutputWriter open() throws IOException {
      String name =
          "part-%05d-%s%s"
              .formatted(
                  context.getTaskAttemptID().getTaskID().getId(),
                  uuid,
                  writers.getFileExtension(context));
      OutputWriter opened =
          writers.newInstance(new Path(committer.getWorkPath(), name).toString(), schema, context);
      file = opened;
      return opened;
    }
  }
}
