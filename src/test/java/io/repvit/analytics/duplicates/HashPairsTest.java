package io.repvit.analytics.duplicates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.analytics.Forest;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The oracle compares all pairs of hashes. */
class HashPairsTest {
  @RegisterExtension
  static final LocalSpark SPARK = new LocalSpark(Map.of("spark.sql.shuffle.partitions", "2"));

  private final Random random = new Random(15);

  @Test
  void fourBandsFindAllPairsWithinThreeBits() {
    findsAll(hashes(4_000), new HashBands(3, 4));
  }

  @Test
  void keysOfSeveralBandsFindAllPairsWithinEightBits() {
    findsAll(hashes(1_500), new HashBands(8, 10));
  }

  @Test
  void hashesThatShareThreeBandsAreFewerEdgesThanPairs() {
    var hashes = new ArrayList<Long>();
    for (long hash = 0; hash < 1_000; hash++) {
      hashes.add(hash);
    }
    findsAll(hashes, new HashBands(3, 4));
  }

  /** Random hashes, each tenth with a neighbour at distance 1 to 10. */
  private List<Long> hashes(int number) {
    var hashes = new HashSet<Long>();
    while (hashes.size() < number) {
      long hash = random.nextLong();
      hashes.add(hash);
      if (random.nextInt(10) == 0) {
        for (int bit = 1 + random.nextInt(10); bit > 0; bit--) {
          hash ^= 1L << random.nextInt(Long.SIZE);
        }
        hashes.add(hash);
      }
    }
    return List.copyOf(hashes);
  }

  private void findsAll(List<Long> hashes, HashBands bands) {
    Set<Long> expected = new TreeSet<>();
    var components = new Forest(hashes.size());
    for (int a = 0; a < hashes.size(); a++) {
      for (int b = a + 1; b < hashes.size(); b++) {
        if (Long.bitCount(hashes.get(a) ^ hashes.get(b)) <= bands.distance()) {
          expected.add(pair(a, b));
          components.connect(a, b);
        }
      }
    }
    assertTrue(expected.size() > 50, "planted pairs");

    List<Long> all = found(hashes, bands, false, expected.size());
    assertEquals(expected, new TreeSet<>(all));
    assertEquals(expected.size(), all.size(), "each pair once");

    List<Long> spanning = found(hashes, bands, true, expected.size());
    assertTrue(expected.containsAll(spanning));
    assertTrue(spanning.size() <= bands.keys() * hashes.size(), "edges " + spanning.size());
    var connected = new Forest(hashes.size());
    spanning.forEach(edge -> connected.connect((int) (edge >>> Integer.SIZE), (int) (long) edge));
    for (int node = 0; node < hashes.size(); node++) {
      assertEquals(components.root(node), connected.root(node));
    }
  }

  /** The pairs of indices. */
  private static List<Long> found(List<Long> hashes, HashBands bands, boolean spanning, int pairs) {
    var rows = new ArrayList<Row>();
    for (int i = 0; i < hashes.size(); i++) {
      rows.add(RowFactory.create(hashes.get(i), (long) i));
    }
    Dataset<Row> table =
        SPARK
            .session()
            .createDataFrame(
                rows,
                new StructType().add("hash", DataTypes.LongType).add("id", DataTypes.LongType));
    LongAccumulator count = SPARK.session().sparkContext().longAccumulator();
    List<Row> edges = HashPairs.of(table, new BucketPairs(bands, spanning, count)).collectAsList();
    assertEquals(pairs, count.value());
    return edges.stream().map(edge -> pair(edge.getLong(0), edge.getLong(1))).toList();
  }

  private static long pair(long a, long b) {
    return Math.min(a, b) << Integer.SIZE | Math.max(a, b);
  }
}
