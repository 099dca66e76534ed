package io.repvit.predict;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** The predictors that functions on single images use in one task. They are closed with it. */
final class TaskPredictors implements TaskCompletionListener {
  private static final Map<Long, TaskPredictors> BY_ATTEMPT = new ConcurrentHashMap<>();

  /**
   * @param sha256 hash of the model file
   */
  record Key(String sha256, ClassifyOptions options) {}

  private final Map<Key, TaskPredictor> predictors = new HashMap<>();
  private boolean ended;

  private TaskPredictors() {}

  /** The predictors of a task attempt. */
  static TaskPredictors of(TaskContext task) {
    TaskPredictors known = BY_ATTEMPT.get(task.taskAttemptId());
    if (known != null) {
      return known;
    }
    var made = new TaskPredictors();
    known = BY_ATTEMPT.putIfAbsent(task.taskAttemptId(), made);
    if (known != null) {
      return known;
    }
    // A thread of a task that has ended: Spark calls the listener now.
    task.addTaskCompletionListener(made);
    return made;
  }

  /** The predictor for a key, which is opened if this task has none. */
  synchronized TaskPredictor get(Key key, Supplier<TaskPredictor> open) {
    if (ended) {
      throw new IllegalStateException("the task has ended, it classifies no more images");
    }
    return predictors.computeIfAbsent(key, k -> open.get());
  }

  @Override
  public synchronized void onTaskCompletion(TaskContext task) {
    ended = true;
    BY_ATTEMPT.remove(task.taskAttemptId());
    predictors.values().forEach(TaskPredictor::close);
  }
}
