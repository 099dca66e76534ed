package io.repvit.analytics.duplicates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The oracle visits the graph node by node. */
class ComponentsTest {
  @RegisterExtension
  static final LocalSpark SPARK = new LocalSpark(Map.of("spark.sql.shuffle.partitions", "2"));

  private final Random random = new Random(15);

  @Test
  void oneTaskSolvesASmallGraph() {
    assertEquals(0, solve(graph(), 1_000_000));
  }

  @Test
  void roundsSolveALargeGraph() {
    assertTrue(solve(graph(), 100) > 1);
  }

  @Test
  void noEdgesAreNoComponents() {
    assertEquals(0, solve(List.of(), 100));
  }

  /** A chain in random order, a star, a random graph, loops, edges that repeat; random names. */
  private List<long[]> graph() {
    var edges = new ArrayList<long[]>();
    for (long i = 1; i < 1_000; i++) {
      edges.add(new long[] {i - 1, i});
      edges.add(new long[] {2_000 + i, 2_000});
      edges.add(new long[] {4_000 + random.nextInt(2_000), 4_000 + random.nextInt(2_000)});
    }
    edges.addAll(edges.subList(0, 100));
    edges.add(new long[] {7_000, 7_000});
    var names = new HashMap<Long, Long>();
    var named = new ArrayList<long[]>();
    for (long[] edge : edges) {
      long a = names.computeIfAbsent(edge[0], node -> random.nextLong());
      long b = names.computeIfAbsent(edge[1], node -> random.nextLong());
      named.add(random.nextBoolean() ? new long[] {a, b} : new long[] {b, a});
    }
    Collections.shuffle(named, random);
    return named;
  }

  /** Compares the components with those of the oracle, and returns the number of rounds. */
  private static int solve(List<long[]> edges, int chunk) {
    List<Row> rows = edges.stream().map(edge -> RowFactory.create(edge[0], edge[1])).toList();
    Components found = Components.of(SPARK.session().createDataFrame(rows, HashPairs.PAIR), chunk);
    var roots = new TreeMap<Long, Long>();
    for (Row star : found.stars().collectAsList()) {
      assertEquals(null, roots.put(star.getLong(0), star.getLong(1)), "one row per node");
    }
    assertEquals(oracle(edges), roots);
    return found.rounds();
  }

  private static Map<Long, Long> oracle(List<long[]> edges) {
    var neighbours = new TreeMap<Long, Set<Long>>();
    for (long[] edge : edges) {
      neighbours.computeIfAbsent(edge[0], node -> new HashSet<>()).add(edge[1]);
      neighbours.computeIfAbsent(edge[1], node -> new HashSet<>()).add(edge[0]);
    }
    var roots = new TreeMap<Long, Long>();
    var seen = new HashSet<Long>();
    for (long least : neighbours.keySet()) {
      var open = new ArrayList<Long>();
      if (seen.add(least)) {
        open.add(least);
      }
      while (!open.isEmpty()) {
        for (long next : Objects.requireNonNull(neighbours.get(open.remove(open.size() - 1)))) {
          if (seen.add(next)) {
            roots.put(next, least);
            open.add(next);
          }
        }
      }
    }
    return roots;
  }
}
