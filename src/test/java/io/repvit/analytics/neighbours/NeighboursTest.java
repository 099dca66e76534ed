package io.repvit.analytics.neighbours;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.UserException;
import io.repvit.analytics.Embeddings;
import io.repvit.analytics.ResultFolder;
import io.repvit.analytics.neighbours.NeighbourOptions.Method;
import io.repvit.testing.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables at the edges of what a search gets. */
class NeighboursTest {
  @RegisterExtension
  static final LocalSpark SPARK = new LocalSpark(Map.of("spark.sql.shuffle.partitions", "2"));

  @TempDir static Path temp;

  private static int folders;

  private record Result(NeighbourSummary summary, List<Row> rows) {}

  private static Result write(Neighbours neighbours) throws UserException, IOException {
    String folder = temp.resolve("out-" + folders++).toString();
    NeighbourSummary summary =
        ResultFolder.create(SPARK.session(), folder, false).write(neighbours);
    Dataset<Row> rows = SPARK.session().read().parquet(folder + "/rows");
    return new Result(summary, rows.orderBy("path", "rank").collectAsList());
  }

  private static Dataset<Row> table(float[]... rows) {
    return Embeddings.table(SPARK.session(), Arrays.asList(rows));
  }

  private static NeighbourOptions options(Method method) {
    return NeighbourOptions.DEFAULT.withMethod(method);
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("NullAway") // It does not know arguments whose elements may be null.
  void rowsWithoutDirectionAreCountedAndKept(Method method) throws UserException, IOException {
    Result result =
        write(
            Neighbours.ofAll(
                table(
                    new float[] {1, 0},
                    null,
                    new float[] {0, 0},
                    new float[] {3, 0},
                    new float[] {Float.NaN, 1},
                    new float[] {0, Float.POSITIVE_INFINITY},
                    new float[] {0, 1}),
                "test",
                options(method)));
    assertEquals(7, result.summary().queries());
    assertEquals(6, result.summary().neighbours());
    assertEquals(
        Map.of("no_embedding", 1L, "zero_embedding", 1L, "not_finite", 2L),
        result.summary().problems());
    assertEquals(
        List.of(
            "[row-0000000.jpg,1,row-0000003.jpg,1.0,null]",
            "[row-0000000.jpg,2,row-0000006.jpg,0.0,null]",
            "[row-0000001.jpg,null,null,null,no_embedding]",
            "[row-0000002.jpg,null,null,null,zero_embedding]",
            "[row-0000003.jpg,1,row-0000000.jpg,1.0,null]",
            "[row-0000003.jpg,2,row-0000006.jpg,0.0,null]",
            "[row-0000004.jpg,null,null,null,not_finite]",
            "[row-0000005.jpg,null,null,null,not_finite]"),
        result.rows().stream().limit(8).map(Row::toString).toList());
    assertTrue(result.summary().text().contains("queries without neighbours: 1 no_embedding, "));
  }

  @ParameterizedTest
  @EnumSource
  void aTableOfOneRowHasNoNeighbours(Method method) throws UserException, IOException {
    Result result = write(Neighbours.ofAll(table(new float[] {1, 0}), "test", options(method)));
    assertEquals(Map.of("no_other_row", 1L), result.summary().problems());
    assertEquals(1, result.rows().size());
  }

  @ParameterizedTest
  @EnumSource
  @SuppressWarnings("NullAway") // It does not know arguments whose elements may be null.
  void tablesWithoutEmbeddingsHaveNoNeighbours(Method method) throws UserException, IOException {
    assertEquals(0, write(Neighbours.ofAll(table(), "test", options(method))).rows().size());
    Result zeros =
        write(Neighbours.ofAll(table(new float[2], new float[2]), "test", options(method)));
    assertEquals(Map.of("zero_embedding", 2L), zeros.summary().problems());
    Result nulls = write(Neighbours.ofAll(table(null, null), "test", options(method)));
    assertEquals(Map.of("no_embedding", 2L), nulls.summary().problems());
  }

  @Test
  void anotherTableIsSearchedForItsOwnRowsToo() throws UserException, IOException {
    var random = new Random(3);
    var rows = new ArrayList<float[]>();
    for (int i = 0; i < 50; i++) {
      rows.add(Embeddings.gaussian(random, 8));
    }
    rows.add(new float[8]);
    Dataset<Row> table = Embeddings.table(SPARK.session(), rows);
    Result result =
        write(Neighbours.ofTable(table.limit(5), table, "test", NeighbourOptions.DEFAULT.withK(2)));
    assertEquals(Map.of("zero_embedding", 1L), result.summary().unusable());
    assertEquals(10, result.rows().size());
    for (Row row : result.rows()) {
      assertEquals(row.getInt(1) == 1, row.getString(0).equals(row.getString(2)));
    }
  }

  @Test
  void tablesThatDoNotFitAreRefused() {
    Dataset<Row> table = table(new float[] {1, 0}, new float[] {0, 1});
    var widths =
        assertThrows(
            UserException.class,
            () ->
                Neighbours.ofTable(
                        table(new float[] {1, 0, 0}), table, "test", NeighbourOptions.DEFAULT)
                    .rows());
    assertEquals(
        "the embeddings of the queries have the width 3, those of the table 2; use embeddings of"
            + " the same model",
        widths.getMessage());
    var models =
        assertThrows(
            UserException.class,
            () ->
                Neighbours.ofTable(
                    table.withColumn("model_sha256", functions.lit("a")),
                    table.withColumn("model_sha256", functions.lit("b")),
                    "test",
                    NeighbourOptions.DEFAULT));
    assertEquals(
        "the embeddings of the queries are of the model a, those of the table of b; classify both"
            + " with one model",
        models.getMessage());
    var repeated =
        assertThrows(
            UserException.class,
            () -> Neighbours.ofAll(table.union(table), "test", NeighbourOptions.DEFAULT).rows());
    assertEquals(
        "the path row-0000000.jpg has several rows, expected one row per path; read the output of"
            + " classify, which gives the newest row, instead of the folders of several runs",
        String.valueOf(repeated.getMessage()).replace("row-0000001", "row-0000000"));
  }
}
