package io.repvit.analytics.neighbours;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exact neighbours equal those of FAISS's exact index, see golden_neighbours.py. */
class ExactSearchTest {
  private static final int K = 10;

  /** Six blocks of about 250 rows, in several pieces each. */
  private static final BlockSizes SMALL = new BlockSizes(1 << 15, 100);

  /** Sums of 32 products in float32 differ by the order of summation. */
  private static final double TOLERANCE = 1e-6;

  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static EmbeddingBlocks blocks;
  private static Map<String, List<Row>> faiss;

  @BeforeAll
  static void read() throws UserException {
    blocks = EmbeddingBlocks.of(table(), SMALL);
    faiss = byPath(SPARK.session().read().parquet("src/test/resources/neighbours/faiss.parquet"));
    faiss.values().forEach(r -> r.sort(Comparator.comparing(row -> -row.<Float>getAs("cosine"))));
  }

  private static Dataset<Row> table() {
    return SPARK.session().read().parquet("src/test/resources/neighbours/embeddings.parquet");
  }

  private static Map<String, List<Row>> byPath(Dataset<Row> rows) {
    var byPath = new HashMap<String, List<Row>>();
    for (Row row : rows.collectAsList()) {
      byPath.computeIfAbsent(row.getAs("path"), path -> new ArrayList<>()).add(row);
    }
    return byPath;
  }

  @Test
  void theSelfJoinEqualsFaiss() {
    Map<String, List<Row>> found =
        byPath(Matches.rows(blocks, blocks, ExactSearch.within(blocks, K, 100), K));
    assertTrue(blocks.count() > 1);
    assertEquals(1500, found.size());
    assertEqualToFaiss(found);
    assertEquals(
        Map.of("zero_embedding", 1L, "no_embedding", 2L),
        found.values().stream()
            .flatMap(List::stream)
            .filter(row -> row.isNullAt(1))
            .collect(
                Collectors.groupingBy(row -> row.<String>getAs("problem"), Collectors.counting())));
  }

  @Test
  void queriesOfTheSameTableAreNoNeighboursOfThemselves() throws UserException {
    EmbeddingBlocks queries =
        EmbeddingBlocks.of(table().where("path like '%7.jpg'"), BlockSizes.DEFAULT);
    var partials = ExactSearch.among(blocks, queries.rdd(), K, true, 100);
    Map<String, List<Row>> found = byPath(Matches.rows(queries, blocks, partials, K));
    assertEquals(150, found.size());
    assertEqualToFaiss(found);
  }

  @Test
  void queriesOfAnotherTableFindRowsWithTheirPath() throws UserException {
    EmbeddingBlocks queries =
        EmbeddingBlocks.of(table().where("path like '%77.jpg'"), BlockSizes.DEFAULT);
    var partials = ExactSearch.among(blocks, queries.rdd(), 1, false, 100);
    List<Row> found = Matches.rows(queries, blocks, partials, 1).collectAsList();
    assertEquals(15, found.size());
    for (Row row : found) {
      assertEquals(row.<String>getAs("path"), row.<String>getAs("neighbour"));
    }
  }

  /** Equal cosines can be in any order, and any of them can be the last one. */
  private static void assertEqualToFaiss(Map<String, List<Row>> found) {
    found.forEach(
        (path, rows) -> {
          if (rows.get(0).isNullAt(1)) {
            return;
          }
          rows.sort(Comparator.comparing(row -> row.<Integer>getAs("rank")));
          List<Row> expected = Objects.requireNonNull(faiss.get(path));
          assertEquals(K, rows.size());
          var expectedPaths = expected.stream().map(row -> row.<String>getAs("neighbour")).toList();
          for (int i = 0; i < K; i++) {
            Row row = rows.get(i);
            assertEquals(i + 1, row.<Integer>getAs("rank"));
            assertEquals(cosine(expected.get(i)), cosine(row), TOLERANCE);
            if (cosine(row) > cosine(expected.get(K - 1)) + TOLERANCE) {
              assertTrue(expectedPaths.contains(row.<String>getAs("neighbour")), path);
            }
          }
          assertEquals(
              K, rows.stream().map(row -> row.<String>getAs("neighbour")).distinct().count());
        });
  }

  private static float cosine(Row row) {
    return row.getAs("cosine");
  }
}
