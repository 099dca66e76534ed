package io.repvit.source;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that only wait for storage. */
final class FetchThreads {
  private static final long CLOSE_TIMEOUT_SECONDS = 30;

  private FetchThreads() {}

  /**
   * A pool that starts no thread before there is work; ended by {@link #stop}.
   *
   * @param threads its core size, which may be changed to {@link FetchWindow#MAX_OBJECTS} at most
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

  /** Interrupts reads in flight and waits for their streams to be closed. */
  static void stop(ExecutorService threads) {
    threads.shutdownNow();
    // A killed task closes with its interrupt mark set, and its streams must end all the same.
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException(
            "reads still run " + CLOSE_TIMEOUT_SECONDS + " s after they were told to stop");
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
