package io.repvit.analytics.neighbours;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.analytics.Embeddings;
import io.repvit.analytics.neighbours.NeighbourOptions.Method;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Neighbours in cells are those of the exact search, as far as their cells are probed. */
class CellSearchTest {
  private static final int K = 5;
  private static final int WIDTH = 16;

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static NeighbourOptions ivf(double recall, int cells, int probes) {
    return new NeighbourOptions(K, Method.IVF, recall, cells, probes, 400, 1, 15);
  }

  /** 60 clusters of 30 rows each, and 1200 rows that are the same. */
  private static Dataset<Row> skewed() {
    var random = new Random(2);
    var rows = new ArrayList<float[]>();
    for (int cluster = 0; cluster < 60; cluster++) {
      float[] centre = Embeddings.gaussian(random, WIDTH);
      IntStream.range(0, 30).forEach(i -> rows.add(Embeddings.near(random, centre, 0.5)));
    }
    float[] centre = Embeddings.gaussian(random, WIDTH);
    IntStream.range(0, 1200).forEach(i -> rows.add(centre));
    return Embeddings.table(SPARK.session(), rows);
  }

  private static Map<String, List<Float>> cosines(NeighbourSearch search) {
    var cosines = new HashMap<String, List<Float>>();
    for (Row row : search.rows().orderBy("path", "rank").collectAsList()) {
      cosines.computeIfAbsent(row.getString(0), p -> new ArrayList<>()).add(row.getFloat(3));
    }
    return cosines;
  }

  @Test
  void allProbesFindAllNeighboursAlsoInSplitCells() throws UserException {
    EmbeddingBlocks blocks = EmbeddingBlocks.of(skewed(), new BlockSizes(1 << 15, 200));
    Map<String, List<Float>> exact =
        cosines(NeighbourSearch.of(blocks, blocks, true, NeighbourOptions.DEFAULT.withK(K)));
    NeighbourSearch search = NeighbourSearch.of(blocks, blocks, true, ivf(0.9, 20, 20));
    assertTrue(
        Objects.requireNonNull(search.cells()).largest() > 2 * blocks.rows() / blocks.count(),
        "no cell is split");
    Map<String, List<Float>> found = cosines(search);
    assertEquals(3000, found.size());
    found.forEach(
        (path, cosines) -> {
          for (int i = 0; i < K; i++) {
            assertEquals(
                Objects.requireNonNull(exact.get(path)).get(i), cosines.get(i), 2e-6, path);
          }
        });
  }

  @Test
  void theProbesAreChosenForTheRecall() throws UserException {
    EmbeddingBlocks blocks = EmbeddingBlocks.of(skewed(), new BlockSizes(1 << 15, 200));
    Map<String, List<Float>> exact =
        cosines(NeighbourSearch.of(blocks, blocks, true, NeighbourOptions.DEFAULT.withK(K)));
    NeighbourSearch search = NeighbourSearch.of(blocks, blocks, true, ivf(0.9, 0, 0));
    assertEquals(110, Objects.requireNonNull(search.cells()).number());
    assertTrue(
        Objects.requireNonNull(search.cells()).probes() < 60,
        Objects.requireNonNull(search.cells()).probes() + " probes");
    long hits = 0;
    for (var entry : cosines(search).entrySet()) {
      float last = Objects.requireNonNull(exact.get(entry.getKey())).get(K - 1);
      hits += entry.getValue().stream().filter(cosine -> cosine >= last - 2e-6).count();
    }
    assertTrue(hits >= 0.9 * 3000 * K, hits + " of " + 3000 * K);
    assertTrue(hits < 3000 * K, "all neighbours are found, so the recall says nothing");
  }
}
