package io.repvit.cli;

import io.repvit.run.Phase;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Stops a run on SIGTERM, SIGINT or SIGHUP. A shutdown hook interrupts the thread of the run and
 * waits while it cleans up as after any failure. A run in the publishing phase is not interrupted.
 *
 * <p>The JVM's signal handlers set the exit code, 128 plus the number of the signal. A handler here
 * would need internal classes of the JDK or of Spark.
 */
final class Stopping {
  /**
   * Priority of the hook: it runs before Spark stops its context and Hadoop closes its file
   * systems.
   */
  private static final int BEFORE_SPARK = FileSystem.SHUTDOWN_HOOK_PRIORITY + 100;

  /** Kubernetes kills a pod 30 s after SIGTERM. */
  private static final long PATIENCE_SECONDS = 25;

  private static final long CANCELS_PER_SECOND = 2;

  private final PrintWriter err;
  private final String command;
  private final Thread thread = Thread.currentThread();
  private final CountDownLatch ended = new CountDownLatch(1);
  private boolean stopped;
  private boolean publishing;
  private volatile boolean done;

  private Stopping(PrintWriter err, String command) {
    this.err = err;
    this.command = command;
  }

  /** The work of the thread that is interrupted. */
  public interface Action {
    int run(Stopping stopping) throws Exception;
  }

  /** Whether this JVM is shutting down; failures from then on are consequences of that. */
  static boolean isUnderWay() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }

  /** Runs {@code action} on this thread. */
  static int during(PrintWriter err, String command, Action action) throws Exception {
    var stopping = new Stopping(err, command);
    Runnable hook = stopping::stop;
    ShutdownHookManager.get()
        .addShutdownHook(hook, BEFORE_SPARK, PATIENCE_SECONDS + 5, TimeUnit.SECONDS);
    try {
      int code = action.run(stopping);
      stopping.done = code == ExitCode.DONE;
      return code;
    } finally {
      stopping.ended.countDown();
      if (!isUnderWay()) {
        ShutdownHookManager.get().removeShutdownHook(hook);
      }
    }
  }

  /** Throws when the run is to stop before {@code phase}. */
  synchronized void enter(Phase phase) throws InterruptedIOException {
    if (stopped) {
      throw new InterruptedIOException("stopped before phase " + phase.label());
    }
    publishing = phase == Phase.PUBLISHING;
  }

  private void stop() {
    interrupt();
    String state = "the run is not published, start it again once lease-timeout is over";
    try {
      for (int i = 0; i < PATIENCE_SECONDS * CANCELS_PER_SECOND && ended.getCount() > 0; i++) {
        cancelJobs();
        ended.await(1000 / CANCELS_PER_SECOND, TimeUnit.MILLISECONDS);
      }
      if (ended.getCount() == 0) {
        state = done ? "the run is done" : "the run is not published, start it again to resume";
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.println(command + ": stopped; " + state);
    err.flush();
  }

  private synchronized void interrupt() {
    stopped = true;
    if (!publishing) {
      thread.interrupt();
    }
  }

  /**
   * Cancels all jobs, also those that start after the interrupt: Hadoop's Shell clears an
   * interrupt, and in a JVM that shuts down Spark does not report failed tasks, so that their job
   * would never end.
   */
  private synchronized void cancelJobs() {
    Option<SparkSession> session = SparkSession.getDefaultSession();
    if (!publishing && session.isDefined() && !session.get().sparkContext().isStopped()) {
      session.get().sparkContext().cancelAllJobs();
    }
  }
}
