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

/** What a task of a run gives to the driver. */
sealed interface TaskResult extends Serializable {
  /** Its rows are staged. */
  record Done(PartitionReport report) implements TaskResult {}

  /** Nothing was done, and no other try succeeds before a person has set something. */
  record Refused(String message) implements TaskResult {}

  /**
   * Runs all tasks and returns their reports, in their order. The first that refuses ends the job,
   * as a failure whose cause is an {@link UserException}: to throw it in the task would make Spark
   * try the task again.
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
