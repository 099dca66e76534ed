package io.repvit.source;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Thread pools for reads, whose threads only wait for storage. */
final class FetchThreads {
  private static final long CLOSE_TIMEOUT_SECONDS = 30;

  private FetchThreads() {}

  /**
   * Makes a pool that starts threads when there is work. The caller ends it with {@link #stop}.
   *
   * @param threads core size; it may be changed later, up to {@link FetchWindow#MAX_OBJECTS}
   */
  static ThreadPoolExecutor pool(int threads) {
    return new ThreadPoolExecutor(
        threads,
        FetchWindow.MAX_OBJECTS,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          var thread = new Thread(task, "repvit-fetch");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Interrupts reads in flight and waits until their streams are closed. */
  static void stop(ExecutorService threads) {
    threads.shutdownNow();
    // The thread of a killed task has its interrupt flag set; it must wait for the streams anyway.
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "reads still run " + CLOSE_TIMEOUT_SECONDS + " s after they were interrupted");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
