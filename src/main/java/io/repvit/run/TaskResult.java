package io.repvit.run;

import io.repvit.UncheckedUserException;
import io.repvit.UserException;
import io.repvit.predict.PartitionReport;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import scala.Function2;
import scala.collection.immutable.Range$;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/** The result that a task of a run returns to the driver. */
sealed interface TaskResult extends Serializable {
  /** The rows of the task are staged. */
  record Done(PartitionReport report) implements TaskResult {}

  /** The task did nothing, and a retry fails until the user changes a setting. */
  record Refused(String message) implements TaskResult {}

  /**
   * Runs all tasks and returns their reports in order of partitions. The first refusal fails the
   * job with a {@link UserException} as cause. A task does not throw it, because Spark would retry
   * the task.
   */
  static List<PartitionReport> reports(JavaSparkContext context, JavaRDD<TaskResult> results) {
    var reports = new PartitionReport[results.getNumPartitions()];
    var first =
        (Function2<TaskContext, scala.collection.Iterator<TaskResult>, TaskResult> & Serializable)
            (task, iterator) -> iterator.next();
    context
        .sc()
        .runJob(
            results.rdd(),
            first,
            Range$.MODULE$.apply(0, reports.length),
            (partition, result) -> {
              if (result instanceof TaskResult.Done done) {
                reports[(int) partition] = done.report();
              } else if (result instanceof TaskResult.Refused refused) {
                throw new UncheckedUserException(new UserException(refused.message()));
              }
              return BoxedUnit.UNIT;
            },
            ClassTag$.MODULE$.apply(TaskResult.class));
    return List.of(reports);
  }
}
