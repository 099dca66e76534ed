package io.repvit.run;

import io.repvit.spark4.SparkTasks;
import java.time.Duration;
import org.apache.spark.SparkContext;

/**
 * The tasks of jobs that have failed or were cancelled. They run on until they notice, and a file
 * that one of them begins after its folder was aborted would stay as a pending upload.
 */
final class RunningTasks {
  /** A task that does not end by then hangs, and is left alone; a JVM that ends has 25 s. */
  private static final Duration MAX_WAIT = Duration.ofSeconds(15);

  private static final long POLL_MS = 20;

  private RunningTasks() {}

  /**
   * Cancels the jobs of {@code group}, which an interrupted thread leaves running, and waits until
   * no task of this application runs. The thread's interrupt is cleared: what it drops or gives
   * back next must reach the store.
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
