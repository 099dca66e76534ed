package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Tuple2;

/** Merges the matches that tasks have found, and replaces ids by paths. */
final class Matches {
  /**
   * The neighbours of a row have ranks from 1. A row without a neighbour has one row with its
   * problem, and without rank, neighbour and cosine.
   */
  static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("rank", DataTypes.IntegerType)
          .add("neighbour", DataTypes.StringType)
          .add("cosine", DataTypes.FloatType)
          .add("problem", DataTypes.StringType);

  /** The problem of a row that is compared with no other row. */
  static final String NO_OTHER_ROW = "no_other_row";

  private static final StructType WITH_IDS =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("rank", DataTypes.IntegerType)
          .add("id", DataTypes.LongType)
          .add("cosine", DataTypes.FloatType)
          .add("problem", DataTypes.StringType);

  private static final StructType IDS =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("neighbour", DataTypes.StringType, false);

  private Matches() {}

  /**
   * What one task has found for some rows of a block.
   *
   * @param block the block of the rows
   * @param rows their numbers in the block
   * @param best by index of {@code rows}
   */
  record Partial(int block, int[] rows, BestMatches best) implements Serializable {
    /** For the rows from {@code first} on. */
    static Partial from(int block, int first, BestMatches best) {
      return new Partial(block, IntStream.range(first, first + best.rows()).toArray(), best);
    }
  }

  /**
   * Returns rows of {@link #SCHEMA}.
   *
   * @param queries the rows whose neighbours were searched
   * @param among the rows that the ids belong to
   */
  static Dataset<Row> rows(
      EmbeddingBlocks queries, EmbeddingBlocks among, JavaRDD<Partial> partials, int k) {
    JavaRDD<Partial> byBlock =
        partials
            .mapToPair(partial -> new Tuple2<>(partial.block(), partial))
            .partitionBy(new HashPartitioner(queries.count()))
            .values();
    JavaRDD<Row> merged =
        queries.rdd().zipPartitions(byBlock, (own, found) -> merge(own.next(), found, k));
    Dataset<Row> ids = among.spark().createDataFrame(among.rdd().flatMap(Matches::ids), IDS);
    return queries
        .spark()
        .createDataFrame(merged, WITH_IDS)
        .join(ids, new String[] {"id"}, "left")
        .select("path", "rank", "neighbour", "cosine", "problem")
        .repartition(col("path"))
        .sortWithinPartitions("path", "rank");
  }

  private static Iterator<Row> merge(EmbeddingBlock own, Iterator<Partial> found, int k) {
    var best = new BestMatches(own.rows(), k);
    while (found.hasNext()) {
      Partial partial = found.next();
      best.offerAll(partial.best(), partial.rows());
    }
    Stream<Row> rows =
        IntStream.range(0, own.rows())
            .boxed()
            .flatMap(row -> neighbours(own.paths()[row], row, best));
    Stream<Row> rejected = own.rejected().stream().map(r -> problem(r.path(), r.reason()));
    return Stream.concat(rows, rejected).iterator();
  }

  private static Stream<Row> neighbours(String path, int row, BestMatches best) {
    if (best.count(row) == 0) {
      return Stream.of(problem(path, NO_OTHER_ROW));
    }
    return IntStream.range(0, best.count(row))
        .mapToObj(
            rank ->
                RowFactory.create(
                    path, rank + 1, best.id(row, rank), best.cosine(row, rank), null));
  }

  private static Row problem(String path, String problem) {
    return RowFactory.create(path, null, null, null, problem);
  }

  private static Iterator<Row> ids(EmbeddingBlock block) {
    return IntStream.range(0, block.rows())
        .mapToObj(row -> RowFactory.create(block.id(row), block.paths()[row]))
        .iterator();
  }
}
