package io.repvit.bench;

import dev.ludovic.netlib.blas.JavaBLAS;
import io.repvit.inference.MatrixProduct;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The matrix product of all pairs of rows alone: no data is moved and no result is read. Each
 * thread multiplies tiles of the size that the search uses.
 */
final class BareProduct {
  private static final int LEFT_ROWS = 512;
  private static final int RIGHT_ROWS = 2048;

  private BareProduct() {}

  /** Returns the seconds for {@code rows} x {@code columns} products of vectors. */
  static double seconds(long rows, long columns, int width, int threads)
      throws InterruptedException, ExecutionException {
    long tiles =
        Math.max(1, (rows * columns + (long) LEFT_ROWS * RIGHT_ROWS - 1) / LEFT_ROWS / RIGHT_ROWS);
    var next = new AtomicLong();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      var running = new ArrayList<Future<?>>();
      long start = System.nanoTime();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(() -> multiply(width, next, tiles)));
      }
      for (Future<?> thread : running) {
        thread.get();
      }
      return (System.nanoTime() - start) / 1e9;
    } finally {
      pool.shutdownNow();
    }
  }

  private static void multiply(int width, AtomicLong next, long tiles) {
    try (var product = new MatrixProduct(width, LEFT_ROWS, RIGHT_ROWS)) {
      var random = new SplittableRandom(1);
      for (var matrix : List.of(product.left(), product.right())) {
        for (int i = 0; i < matrix.capacity(); i++) {
          matrix.put(i, (float) random.nextDouble());
        }
      }
      while (next.getAndIncrement() < tiles) {
        product.multiply(LEFT_ROWS, RIGHT_ROWS);
      }
    }
  }

  /** Returns the seconds of one tile by Spark's netlib in Java, on one thread; the best of some. */
  static double netlibTileSeconds(int width) {
    var left = new float[LEFT_ROWS * width];
    var right = new float[RIGHT_ROWS * width];
    var product = new float[LEFT_ROWS * RIGHT_ROWS];
    var random = new SplittableRandom(1);
    for (float[] matrix : List.of(left, right)) {
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = (float) random.nextDouble();
      }
    }
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 10; i++) {
      long start = System.nanoTime();
      JavaBLAS.getInstance()
          .sgemm(
              "T",
              "N",
              RIGHT_ROWS,
              LEFT_ROWS,
              width,
              1,
              right,
              width,
              left,
              width,
              0,
              product,
              RIGHT_ROWS);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }

  /** Returns the billions of additions and multiplications per second. */
  static double gflops(double rows, double columns, int width, double seconds) {
    return 2 * rows * columns * width / seconds / 1e9;
  }

  static double tileGflops(int width, double seconds) {
    return gflops(LEFT_ROWS, RIGHT_ROWS, width, seconds);
  }
}
