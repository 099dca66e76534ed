package io.repvit.table;

import io.repvit.storage.UploadBuffers;
import io.repvit.storage.WholeFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
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
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.CommitDeniedException;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A folder of one job's own, whose files are staged by tasks through Hadoop's committer for it (on
 * S3A the magic committer) and appear by {@link #commit}.
 *
 * <p>A task's files are staged under the number of its partition, so that a later attempt replaces
 * an earlier one that died after its commit.
 */
public final class CommittedFolder implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int DRIVER = 0;

  private final String folder;
  private final String uuid;
  private final SerializableConfiguration configuration;

  /**
   * A folder; nothing is created yet.
   *
   * @param configuration of the file system and its committer; copied
   */
  public CommittedFolder(Path folder, Configuration configuration) {
    this.folder = folder.toString();
    uuid = UUID.randomUUID().toString();
    var conf = new Configuration(configuration);
    // Version 2 shows a task's files before the job commits.
    conf.setInt("mapreduce.fileoutputcommitter.algorithm.version", 1);
    // By this name the S3A committers know the job; driver and tasks must agree on it.
    conf.set("fs.s3a.committer.uuid", uuid);
    // No neighbour has uploads below this folder. Those of tasks that were killed would stay,
    // invisible, and cost money.
    conf.setBoolean("fs.s3a.committer.abort.pending.uploads", true);
    this.configuration = new SerializableConfiguration(conf);
  }

  /** Unique to this job; for names of files. */
  public String uuid() {
    return uuid;
  }

  public String uri() {
    return folder;
  }

  public Configuration configuration() {
    return configuration.value();
  }

  /** Whether files would appear by a copy, which is neither cheap nor atomic: on S3, renaming. */
  public boolean copies() throws IOException {
    return WholeFile.appearsWhole(new Path(folder).getFileSystem(configuration.value()))
        && committer(context(DRIVER, DRIVER)) instanceof FileOutputCommitter;
  }

  /** Begins; driver only. */
  public void begin() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).setupJob(context);
  }

  /** Makes the committed tasks' files visible; driver only. */
  public void commit() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).commitJob(context);
  }

  /** Drops everything staged; driver only. */
  public void abort() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).abortJob(context, JobStatus.State.FAILED);
  }

  /** Opens the folder for the running task attempt, which must commit or abort it. */
  public Task open(TaskContext task) throws IOException {
    UploadBuffers.makePrivate(configuration.value());
    // Two attempts of one task never share the last number, across stage attempts either.
    return new Task(context(task.partitionId(), (int) (task.taskAttemptId() & Integer.MAX_VALUE)));
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

  /**
   * The driver lets one attempt per partition commit, whatever speculation or retries start; a task
   * asks once, after all its files are closed.
   */
  public static void requirePermission(TaskContext task) throws CommitDeniedException {
    boolean permitted =
        SparkEnv.get()
            .outputCommitCoordinator()
            .canCommit(
                task.stageId(),
                task.stageAttemptNumber(),
                task.partitionId(),
                task.attemptNumber());
    if (!permitted) {
      throw new CommitDeniedException(
          "another attempt of this task may commit",
          task.stageId(),
          task.partitionId(),
          task.attemptNumber());
    }
  }

  /** What one task attempt stages. */
  public final class Task {
    private final TaskAttemptContext context;
    private final PathOutputCommitter committer;

    private Task(TaskAttemptContext context) throws IOException {
      this.context = context;
      committer = committer(context);
      committer.setupTask(context);
    }

    public TaskAttemptContext context() {
      return context;
    }

    /** Where a file is written to stand later as {@code name} in the folder. */
    public Path file(String name) throws IOException {
      return new Path(committer.getWorkPath(), name);
    }

    /** Vouches for the files, which must be closed, in place of those of an earlier attempt. */
    public void commit() throws IOException {
      if (committer.needsTaskCommit(context)) {
        committer.commitTask(context);
      } else if (committer instanceof FileOutputCommitter renaming) {
        // Only a commit would replace what an attempt has committed whose executor was lost then.
        Path earlier = renaming.getCommittedTaskPath(context);
        earlier.getFileSystem(context.getConfiguration()).delete(earlier, true);
      }
    }

    /** Drops the files. */
    public void abort() throws IOException {
      committer.abortTask(context);
    }
  }
}
