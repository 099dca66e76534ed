package io.repvit.run;

import io.repvit.spark4.SparkTasks;
import java.time.Duration;
import org.apache.spark.SparkContext;

/**
 * Waits for tasks of failed or cancelled jobs, which continue until they notice. A file that such a
 * task creates after its folder was aborted would remain as a pending upload.
 */
final class RunningTasks {
  /**
   * Maximum time to wait for a task that does not end. It must be shorter than the 25 s of a JVM
   * that shuts down.
   */
  private static final Duration MAX_WAIT = Duration.ofSeconds(15);

  private static final long POLL_MS = 20;

  private RunningTasks() {}

  /**
   * Cancels the jobs of {@code group}, which an interrupted thread leaves running, and waits until
   * no task of this application runs. It clears the interrupt of the thread, so that requests of
   * the following cleanup do not fail.
   */
  static void end(SparkContext context, String group) {
    Thread.interrupted();
    context.cancelJobGroup(group);
    long deadline = System.nanoTime() + MAX_WAIT.toNanos();
    while (System.nanoTime() < deadline && SparkTasks.isAnyRunning(context)) {
      try {
        Thread.sleep(POLL_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
