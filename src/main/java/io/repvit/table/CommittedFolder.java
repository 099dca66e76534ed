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
import org.apache.spark.TaskContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A folder that one job writes through Hadoop's output committer (on S3A the magic committer).
 * Tasks stage files; {@link #commit} makes them visible.
 *
 * <p>A task stages files under the number of its partition. A later attempt of the task therefore
 * replaces the files of one whose executor was lost after the task commit.
 */
public final class CommittedFolder implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int DRIVER = 0;

  private final String folder;
  private final String uuid;
  private final SerializableConfiguration configuration;

  /**
   * Describes the folder; creates nothing on storage.
   *
   * @param configuration of the file system and its committer; it is copied
   */
  public CommittedFolder(Path folder, Configuration configuration) {
    this.folder = folder.toString();
    uuid = UUID.randomUUID().toString();
    var conf = new Configuration(configuration);
    // Version 2 would make a task's files visible before the job commits.
    conf.setInt("mapreduce.fileoutputcommitter.algorithm.version", 1);
    // The S3A committers identify the job by this name; it must be the same on driver and
    // executors.
    conf.set("fs.s3a.committer.uuid", uuid);
    // No other job has uploads below this folder. Without this, pending uploads of killed tasks
    // would remain on the store and be billed.
    conf.setBoolean("fs.s3a.committer.abort.pending.uploads", true);
    this.configuration = new SerializableConfiguration(conf);
  }

  /** Unique identifier of the job, for file names. */
  public String uuid() {
    return uuid;
  }

  public String uri() {
    return folder;
  }

  public Configuration configuration() {
    return configuration.value();
  }

  /**
   * Whether the commit would copy the files: on S3, a committer that renames copies each file,
   * which is slow and not atomic.
   */
  public boolean copies() throws IOException {
    return WholeFile.appearsWhole(new Path(folder).getFileSystem(configuration.value()))
        && committer(context(DRIVER, DRIVER)) instanceof FileOutputCommitter;
  }

  /** Sets up the job; driver only. */
  public void begin() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).setupJob(context);
  }

  /** Makes the committed tasks' files visible; driver only. */
  public void commit() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).commitJob(context);
  }

  /** Deletes everything staged; driver only. */
  public void abort() throws IOException {
    TaskAttemptContext context = context(DRIVER, DRIVER);
    committer(context).abortJob(context, JobStatus.State.FAILED);
  }

  /** Opens the folder for the running task attempt, which must commit or abort it. */
  public Task open(TaskContext task) throws IOException {
    UploadBuffers.makePrivate(configuration.value());
    // taskAttemptId is unique in the application, also across attempts of a stage.
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

  /** The files that one task attempt stages. */
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

    /** The path where the task writes a file that the commit makes visible as {@code name}. */
    public Path file(String name) throws IOException {
      return new Path(committer.getWorkPath(), name);
    }

    /**
     * Commits the files, which must be closed. They replace those of an earlier attempt of the
     * task.
     */
    public void commit() throws IOException {
      if (committer.needsTaskCommit(context)) {
        committer.commitTask(context);
      } else if (committer instanceof FileOutputCommitter renaming) {
        // Without files there is no commit, which would have replaced those of an earlier attempt
        // whose executor was lost after its commit.
        Path earlier = renaming.getCommittedTaskPath(context);
        earlier.getFileSystem(context.getConfiguration()).delete(earlier, true);
      }
    }

    /** Deletes the staged files. */
    public void abort() throws IOException {
      committer.abortTask(context);
    }
  }
}
