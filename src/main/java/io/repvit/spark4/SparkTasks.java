package io.repvit.spark4;

import java.io.Serializable;
import java.util.Set;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.executor.CommitDeniedException;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import scala.Function1;

/** What the scheduler and the executors know and the public API does not tell. */
public final class SparkTasks {
  private SparkTasks() {}

  /**
   * Asks Spark's commit coordinator on the driver, which lets one attempt per partition commit
   * under speculation and retries. A task asks once, after all its files are closed.
   *
   * @throws Exception when another attempt may commit
   */
  public static void requireCommitPermission(TaskContext task) throws Exception {
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
          "the commit coordinator has admitted another attempt of this task",
          task.stageId(),
          task.partitionId(),
          task.attemptNumber());
    }
  }

  /**
   * Whether the scheduler has tasks that run, also of jobs that failed; driver only. The public
   * status tracker follows the scheduler behind a queue, and shows no task that has just begun.
   */
  public static boolean isAnyRunning(SparkContext context) {
    return ((TaskSchedulerImpl) context.taskScheduler())
        .runningTasksByExecutors()
        .valuesIterator()
        .exists(n -> (int) n > 0);
  }

  /** The partitions {@code first} to {@code end - 1} of an RDD; others are not computed. */
  public static <T> JavaRDD<T> range(JavaRDD<T> rdd, int first, int end) {
    // Spark ships the filter with the job.
    var isIn = (Function1<Object, Object> & Serializable) n -> (int) n >= first && (int) n < end;
    return PartitionPruningRDD.create(rdd.rdd(), isIn).toJavaRDD();
  }

  /** Some partitions of an RDD; others are not computed. */
  public static <T> JavaRDD<T> only(JavaRDD<T> rdd, Set<Integer> partitions) {
    Set<Integer> chosen = Set.copyOf(partitions);
    var isIn = (Function1<Object, Object> & Serializable) n -> chosen.contains((int) n);
    return PartitionPruningRDD.create(rdd.rdd(), isIn).toJavaRDD();
  }

  /** The host of the executor on which this is called. */
  public static String executorHost() {
    return SparkEnv.get().blockManager().blockManagerId().host();
  }

  /** Bytes that an ended task wrote for a shuffle. */
  public static long shuffleBytes(SparkListenerTaskEnd task) {
    return task.taskMetrics() == null ? 0 : task.taskMetrics().shuffleWriteMetrics().bytesWritten();
  }

  /** Bytes of the result that an ended task sent to the driver. */
  public static long resultBytes(SparkListenerTaskEnd task) {
    return task.taskMetrics() == null ? 0 : task.taskMetrics().resultSize();
  }
}
