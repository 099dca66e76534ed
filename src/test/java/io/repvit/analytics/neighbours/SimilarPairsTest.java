package io.repvit.analytics.neighbours;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.analytics.Embeddings;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The pairs connect what a plain loop over all pairs connects, and no more. */
class SimilarPairsTest {
  private static final int WIDTH = 16;
  private static final double THRESHOLD = 0.95;

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @Test
  void pairsConnectWhatAllPairsConnect() throws UserException {
    // 30 subjects with 20 near pictures each, and 1400 rows that are like no other.
    var random = new Random(1);
    var rows = new ArrayList<float[]>();
    for (int subject = 0; subject < 30; subject++) {
      float[] centre = Embeddings.gaussian(random, WIDTH);
      for (int picture = 0; picture < 20; picture++) {
        rows.add(Embeddings.near(random, centre, 0.05));
      }
    }
    while (rows.size() < 2000) {
      rows.add(Embeddings.gaussian(random, WIDTH));
    }
    rows.set(1999, new float[WIDTH]);
    Dataset<Row> table = Embeddings.table(SPARK.session(), rows);
    List<Row> pairs =
        SimilarPairs.connecting(table, THRESHOLD, new BlockSizes(1 << 15, 100)).collectAsList();

    for (Row pair : pairs) {
      double cosine =
          Embeddings.cosine(
              rows.get(Embeddings.number(pair.getString(0))),
              rows.get(Embeddings.number(pair.getString(1))));
      assertEquals(cosine, pair.getFloat(2), 1e-5);
      assertTrue(pair.getFloat(2) >= (float) THRESHOLD);
    }
    assertEquals(
        groups(allPairs(rows)), groups(pairs.stream().map(SimilarPairsTest::ends).toList()));
    assertTrue(pairs.size() < 4 * 30 * 20, pairs.size() + " pairs of 600 near rows");
  }

  private static int[] ends(Row pair) {
    return new int[] {Embeddings.number(pair.getString(0)), Embeddings.number(pair.getString(1))};
  }

  private static List<int[]> allPairs(List<float[]> rows) {
    var pairs = new ArrayList<int[]>();
    for (int i = 0; i < rows.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (Embeddings.cosine(rows.get(i), rows.get(j)) >= THRESHOLD) {
          pairs.add(new int[] {i, j});
        }
      }
    }
    return pairs;
  }

  /** The groups of connected rows. */
  private static TreeSet<String> groups(List<int[]> pairs) {
    var group = new TreeMap<Integer, TreeSet<Integer>>();
    for (int[] pair : pairs) {
      var joined = new TreeSet<>(List.of(pair[0], pair[1]));
      Arrays.stream(pair).filter(group::containsKey).forEach(end -> joined.addAll(group.get(end)));
      joined.forEach(row -> group.put(row, joined));
    }
    var texts = new TreeSet<String>();
    group.values().forEach(rows -> texts.add(rows.toString()));
    return texts;
  }

  @Test
  void anEmptyTableHasNoPairs() throws UserException {
    Dataset<Row> table = Embeddings.table(SPARK.session(), List.of());
    assertEquals(0, SimilarPairs.connecting(table, THRESHOLD, BlockSizes.DEFAULT).count());
  }

  @Test
  void embeddingsOfDifferentWidthsAreRefused() {
    Dataset<Row> table =
        Embeddings.table(SPARK.session(), List.of(new float[] {1, 0}, new float[] {1, 0, 0}));
    var e =
        assertThrows(
            UserException.class,
            () -> SimilarPairs.connecting(table, THRESHOLD, BlockSizes.DEFAULT));
    assertEquals(
        "the embeddings have different widths: 2 (1 rows, such as row-0000000.jpg), 3 (1 rows, such"
            + " as row-0000001.jpg); select the rows of one model",
        e.getMessage());
  }
}
