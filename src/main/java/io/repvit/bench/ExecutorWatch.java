package io.repvit.bench;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Measures the next executor of a cluster from its start to its end. */
final class ExecutorWatch implements AutoCloseable {
  private final CompletableFuture<ColdRun> measured;
  private final Thread thread;

  /**
   * @param round of the run that starts the executor
   * @param images that it classifies
   */
  ExecutorWatch(ColdCluster cluster, int round, int images) {
    measured = new CompletableFuture<>();
    thread = new Thread(() -> watch(cluster, round, images), "executor-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(ColdCluster cluster, int round, int images) {
    try {
      ProcessHandle executor = cluster.executor();
      long start = System.nanoTime();
      var watch = new ProcessWatch(executor);
      try (watch) {
        watch.awaitEnd();
      }
      measured.complete(
          new ColdRun(
              "its executor",
              round,
              images,
              images,
              (System.nanoTime() - start) / 1e9,
              watch.seconds().lastEntry().getValue(),
              watch.peakPssMiB(),
              Map.of(ColdRun.THREADS, ColdRun.threads(watch.byThread()))));
    } catch (IOException | InterruptedException e) {
      measured.completeExceptionally(e);
    }
  }

  /** The executor's run, when it has ended. */
  ColdRun run() throws IOException {
    try {
      return measured.join();
    } catch (CompletionException e) {
      throw new IOException("an executor was not measured", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
