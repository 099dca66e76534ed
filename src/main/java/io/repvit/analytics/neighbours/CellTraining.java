package io.repvit.analytics.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * Spherical k-means on a sample: rows go to the centroid of the largest cosine, centroids are the
 * normalised sums of their rows. Rows stay on the executors; the driver has the centroids.
 *
 * <p>Source: Dhillon and Modha 2001, Concept decompositions for large sparse text data using
 * clustering. An empty cell gets half of the largest one, as in FAISS.
 */
final class CellTraining {
  /** Rows of the sample per cell. FAISS trains with 39 to 256. */
  private static final int ROWS_PER_CELL = 64;

  private static final int ITERATIONS = 10;

  private static final float SPLIT = 1f / 1024;

  private CellTraining() {}

  /** Sums of the rows of each cell. */
  private record Sums(float[] values, int[] rows) implements Serializable {
    Sums plus(Sums other) {
      for (int i = 0; i < values.length; i++) {
        values[i] += other.values[i];
      }
      for (int i = 0; i < rows.length; i++) {
        rows[i] += other.rows[i];
      }
      return this;
    }
  }

  /**
   * Returns centroids: float32 {@code [cells,width]}, each of length 1; fewer than {@code wanted}
   * if the table has fewer rows.
   */
  static float[] centroids(EmbeddingBlocks blocks, int wanted, long seed) {
    int width = blocks.width();
    int perBlock = share((long) wanted * ROWS_PER_CELL, blocks.count());
    JavaRDD<float[]> sample =
        blocks
            .rdd()
            .map(block -> rows(block, perBlock, seed))
            .coalesce(Math.max(1, blocks.spark().sparkContext().defaultParallelism()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    var context = JavaSparkContext.fromSparkContext(blocks.spark().sparkContext());
    try {
      int initial = share(wanted, blocks.count()) * width;
      float[] centroids =
          concat(
              sample.map(s -> Arrays.copyOf(s, Math.min(s.length, initial))).collect(),
              wanted * width);
      for (int i = 0; i < ITERATIONS && centroids.length > 0; i++) {
        Broadcast<float[]> current = context.broadcast(centroids);
        Sums sums =
            sample.mapPartitions(part -> sums(part, width, current.value())).treeReduce(Sums::plus);
        current.destroy();
        centroids = centroids(sums, centroids, width);
      }
      return centroids;
    } finally {
      sample.unpersist(false);
    }
  }

  private static int share(long all, int parts) {
    return Math.toIntExact((all + parts - 1) / Math.max(1, parts));
  }

  /** Returns some rows of a block, in random order. */
  static float[] rows(EmbeddingBlock block, int most, long seed) {
    int[] chosen = choose(block, most, seed);
    var values = new float[chosen.length * block.width()];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(
          block.values(), chosen[i] * block.width(), values, i * block.width(), block.width());
    }
    return values;
  }

  static int[] choose(EmbeddingBlock block, int most, long seed) {
    int[] rows = IntStream.range(0, block.rows()).toArray();
    var random = new Random(seed * 1_000_003 + block.block());
    int count = Math.min(most, rows.length);
    for (int i = 0; i < count; i++) {
      int other = i + random.nextInt(rows.length - i);
      int row = rows[other];
      rows[other] = rows[i];
      rows[i] = row;
    }
    return Arrays.copyOf(rows, count);
  }

  private static float[] concat(List<float[]> parts, int most) {
    var all = new float[Math.min(most, parts.stream().mapToInt(part -> part.length).sum())];
    int at = 0;
    for (float[] part : parts) {
      int length = Math.min(part.length, all.length - at);
      System.arraycopy(part, 0, all, at, length);
      at += length;
    }
    return all;
  }

  private static Iterator<Sums> sums(Iterator<float[]> part, int width, float[] centroids) {
    int cells = centroids.length / width;
    var sums = new Sums(new float[centroids.length], new int[cells]);
    try (var tiles = new Tiles(width)) {
      while (part.hasNext()) {
        float[] values = part.next();
        int rows = values.length / width;
        BestMatches nearest = CellIndex.nearest(tiles, values, rows, centroids, cells, 1);
        for (int row = 0; row < rows; row++) {
          int cell = (int) nearest.id(row, 0);
          sums.rows[cell]++;
          for (int i = 0; i < width; i++) {
            sums.values[cell * width + i] += values[row * width + i];
          }
        }
      }
    }
    return Stream.of(sums).iterator();
  }

  private static float[] centroids(Sums sums, float[] before, int width) {
    var after = new float[before.length];
    for (int cell = 0; cell < sums.rows.length; cell++) {
      int from = sums.rows[cell] == 0 ? largest(sums.rows) : cell;
      boolean split = from != cell;
      if (split) {
        // Both halves keep the sum; the signs of the small changes differ.
        sums.rows[cell] = sums.rows[from] / 2;
        sums.rows[from] -= sums.rows[cell];
      }
      double square = 0;
      for (int i = 0; i < width; i++) {
        float sum = sums.values[from * width + i] * (split ? 1 + (i % 2 == 0 ? SPLIT : -SPLIT) : 1);
        sums.values[cell * width + i] = sum;
        square += (double) sum * sum;
      }
      // Rows in opposite directions have a sum of 0; the cell keeps its centroid.
      double norm = Math.sqrt(square);
      for (int i = 0; i < width; i++) {
        after[cell * width + i] =
            norm == 0 ? before[cell * width + i] : (float) (sums.values[cell * width + i] / norm);
      }
    }
    return after;
  }

  private static int largest(int[] rows) {
    return IntStream.range(0, rows.length).reduce(0, (a, b) -> rows[b] > rows[a] ? b : a);
  }
}
