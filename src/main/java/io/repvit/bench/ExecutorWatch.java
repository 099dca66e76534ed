package io.repvit.bench;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Measures the next executor of a cluster from its start to its end. */
final class ExecutorWatch implements AutoCloseable {
  private final CompletableFuture<ColdRun> measured;
  private final Thread thread;

  ExecutorWatch(ColdCluster cluster) {
    measured = new CompletableFuture<>();
    thread = new Thread(() -> watch(cluster), "executor-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch(ColdCluster cluster) {
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
              0,
              0,
              0,
              (System.nanoTime() - start) / 1e9,
              watch.seconds().lastEntry().getValue(),
              watch.peakPssMiB(),
              Map.of(ColdRun.THREADS, ColdRun.threads(watch.byThread()))));
    } catch (IOException | InterruptedException e) {
      measured.completeExceptionally(e);
    }
  }

  /** The executor's run, when it has ended. */
  ColdRun run(int round, int images) throws IOException {
    try {
      ColdRun run = measured.join();
      return new ColdRun(
          run.program(),
          round,
          images,
          images,
          run.wallSeconds(),
          run.processorSeconds(),
          run.peakPssMiB(),
          run.parts());
    } catch (CompletionException e) {
      throw new IOException("an executor was not measured", e.getCause());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
