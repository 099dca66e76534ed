package io.repvit.analytics.neighbours;

import static org.apache.spark.sql.functions.array_max;
import static org.apache.spark.sql.functions.array_min;

import io.repvit.UserException;
import io.repvit.analytics.Forest;
import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import io.repvit.analytics.neighbours.Tiles.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Pairs of rows whose embeddings have a cosine of at least a threshold, enough of them to connect
 * all rows that the complete list of pairs connects.
 *
 * <p>A thousand pictures of one subject are half a million pairs. A task therefore passes a pair
 * only if earlier pairs of the task do not connect its rows already (a spanning forest), so that it
 * passes fewer pairs than it has seen rows. The groups of connected rows are those of all pairs.
 *
 * <p>Public for {@code analytics.duplicates} only.
 */
public final class SimilarPairs {
  /** Two different paths, and the cosine of their embeddings. */
  private static final StructType SCHEMA =
      new StructType()
          .add("path", DataTypes.StringType, false)
          .add("other", DataTypes.StringType, false)
          .add("cosine", DataTypes.FloatType, false);

  private SimilarPairs() {}

  /** Whether an embedding has a direction: its values are finite numbers, and not all are 0. */
  public static Column comparable(Column embedding) {
    Column most = array_max(embedding);
    Column least = array_min(embedding);
    return EmbeddingBlocks.hasNumbersOnly(embedding)
        .equalTo(false)
        .or(most.equalTo(Float.POSITIVE_INFINITY))
        .or(least.equalTo(Float.NEGATIVE_INFINITY))
        .or(most.equalTo(0f).and(least.equalTo(0f)))
        .equalTo(false);
  }

  /**
   * Finds pairs that connect all rows with a cosine of at least {@code threshold}.
   *
   * @param table columns {@code path}, which identifies a row, and {@code embedding}
   * @return columns {@code path}, {@code other} (a path) and {@code cosine}
   * @throws UserException if embeddings have different widths
   */
  public static Dataset<Row> connecting(Dataset<Row> table, double threshold) throws UserException {
    return connecting(table, threshold, BlockSizes.DEFAULT);
  }

  static Dataset<Row> connecting(Dataset<Row> table, double threshold, BlockSizes sizes)
      throws UserException {
    EmbeddingBlocks blocks = EmbeddingBlocks.of(table, sizes);
    JavaRDD<Row> pairs =
        BlockJoin.pairs(
            blocks, sizes.pieceRows(), block -> new Connecting(block, (float) threshold));
    return blocks.spark().createDataFrame(pairs, SCHEMA);
  }

  /** Connects rows: those of the block, then those of the current piece. */
  private static final class Connecting implements BlockJoin.Work<Row> {
    private final EmbeddingBlock block;
    private final float threshold;
    private final Tiles tiles;
    private final Rows own;
    private final Forest forest;

    Connecting(EmbeddingBlock block, float threshold) {
      this.block = block;
      this.threshold = threshold;
      tiles = new Tiles(block.width());
      own = rows(block.values(), block.rows());
      forest = new Forest(block.rows());
    }

    private Rows rows(float[] values, int count) {
      var limits = new float[count];
      Arrays.fill(limits, threshold);
      return new Rows(values, 0, count, limits);
    }

    @Override
    public List<Row> within() {
      var found = new ArrayList<Row>();
      String[] paths = block.paths();
      tiles.scanWithin(
          own,
          (left, right, cosine) -> {
            if (forest.connect(left, right)) {
              found.add(RowFactory.create(paths[left], paths[right], cosine));
            }
          });
      return found;
    }

    @Override
    public List<Row> against(Piece piece) {
      var found = new ArrayList<Row>();
      // The root is the least row, so no set of the block depends on a row of an earlier piece.
      forest.keep(block.rows(), block.rows() + piece.rows());
      tiles.scan(
          rows(piece.values(), piece.rows()),
          own,
          (left, right, cosine) -> {
            if (forest.connect(block.rows() + left, right)) {
              found.add(RowFactory.create(piece.paths()[left], block.paths()[right], cosine));
            }
          });
      return found;
    }

    @Override
    public List<Row> end() {
      return List.of();
    }

    @Override
    public void close() {
      tiles.close();
    }
  }
}
