package io.repvit.bench;

import io.repvit.inference.ClassifierSession;
import io.repvit.inference.ImageBatch;
import io.repvit.inference.ModelException;
import io.repvit.inference.ModelFile;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Measures the upper bound of a job's throughput: ONNX Runtime alone, on tensors in memory. */
final class Ceiling {
  private Ceiling() {}

  /**
   * Runs about {@code images} images through one shared session.
   *
   * @param threads calling threads, one per task slot, each with its own batch
   * @return images per second
   */
  static double measure(ModelFile file, int threads, int batchSize, int images)
      throws ModelException {
    try (var session = ClassifierSession.open(file, 1, batchSize)) {
      return measure(session, threads, batchSize, Math.max(1, images / (threads * batchSize)));
    }
  }

  /**
   * Runs the batch of each calling thread {@code runs} times, after one warm-up run.
   *
   * @return images per second
   */
  static double measure(ClassifierSession session, int threads, int batchSize, int runs)
      throws ModelException {
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    List<ImageBatch> batches = new ArrayList<>();
    try {
      for (int t = 0; t < threads; t++) {
        ImageBatch batch = session.newBatch(batchSize);
        batches.add(batch);
        batch.fill(t);
        session.run(batch);
      }
      List<Callable<Void>> work = new ArrayList<>();
      for (ImageBatch batch : batches) {
        work.add(
            () -> {
              for (int i = 0; i < runs; i++) {
                session.run(batch);
              }
              return null;
            });
      }
      long start = System.nanoTime();
      for (Future<Void> caller : callers.invokeAll(work)) {
        caller.get();
      }
      return runs * threads * batchSize / ((System.nanoTime() - start) / 1e9);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("the benchmark was interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ModelException m
          ? m
          : new ModelException("inference failed", e);
    } finally {
      batches.forEach(ImageBatch::close);
      callers.shutdownNow();
    }
  }
}
