package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import io.repvit.analytics.neighbours.Matches.Partial;
import io.repvit.analytics.neighbours.Tiles.Rows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;

/** Nearest rows by comparing all pairs. */
final class ExactSearch {
  private ExactSearch() {}

  /** Finds the best matches of each row among the other rows of the same table. */
  static JavaRDD<Partial> within(EmbeddingBlocks blocks, int k, int pieceRows) {
    return BlockJoin.pairs(blocks, pieceRows, block -> new Mutual(block, k));
  }

  /**
   * Finds the best matches of other rows.
   *
   * @param notItself whether a row is no match of a row with the same path
   */
  static JavaRDD<Partial> among(
      EmbeddingBlocks blocks,
      JavaRDD<EmbeddingBlock> queries,
      int k,
      boolean notItself,
      int pieceRows) {
    return BlockJoin.all(blocks, queries, pieceRows, block -> new OneWay(block, k, notItself));
  }

  /** Each pair is offered to both of its rows. */
  private static final class Mutual implements BlockJoin.Work<Partial> {
    private final EmbeddingBlock block;
    private final int k;
    private final Tiles tiles;
    private final BestMatches best;
    private final Rows own;

    Mutual(EmbeddingBlock block, int k) {
      this.block = block;
      this.k = k;
      tiles = new Tiles(block.width());
      best = new BestMatches(block.rows(), k);
      own = new Rows(block.values(), 0, block.rows(), best.limits());
    }

    @Override
    public List<Partial> within() {
      tiles.scanWithin(
          own,
          (left, right, cosine) -> {
            best.offer(left, block.id(right), cosine);
            best.offer(right, block.id(left), cosine);
          });
      return List.of();
    }

    @Override
    public List<Partial> against(Piece piece) {
      var other = new BestMatches(piece.rows(), k);
      tiles.scan(
          new Rows(piece.values(), 0, piece.rows(), other.limits()),
          own,
          (left, right, cosine) -> {
            other.offer(left, block.id(right), cosine);
            best.offer(right, piece.id(left), cosine);
          });
      return List.of(Partial.from(piece.block(), piece.first(), other));
    }

    @Override
    public List<Partial> end() {
      return List.of(Partial.from(block.block(), 0, best));
    }

    @Override
    public void close() {
      tiles.close();
    }
  }

  /** Pairs are offered to the rows of the pieces only. */
  static final class OneWay implements BlockJoin.Work<Partial> {
    private static final int NONE = -1;

    private final EmbeddingBlock block;
    private final int k;
    private final Tiles tiles;
    private final Rows own;
    private final Map<String, Integer> rows = new HashMap<>();

    OneWay(EmbeddingBlock block, int k, boolean notItself) {
      this.block = block;
      this.k = k;
      tiles = new Tiles(block.width());
      own = Rows.passive(block.values(), block.rows());
      for (int row = 0; notItself && row < block.rows(); row++) {
        rows.put(block.paths()[row], row);
      }
    }

    @Override
    public List<Partial> within() {
      return List.of();
    }

    @Override
    public List<Partial> against(Piece piece) {
      return List.of(Partial.from(piece.block(), piece.first(), best(piece)));
    }

    /** Finds the best matches of the rows of a piece. */
    BestMatches best(Piece piece) {
      var best = new BestMatches(piece.rows(), k);
      var itself = new int[piece.rows()];
      for (int row = 0; row < itself.length; row++) {
        itself[row] = rows.getOrDefault(piece.paths()[row], NONE);
      }
      tiles.scan(
          new Rows(piece.values(), 0, piece.rows(), best.limits()),
          own,
          (left, right, cosine) -> {
            if (right != itself[left]) {
              best.offer(left, block.id(right), cosine);
            }
          });
      return best;
    }

    @Override
    public List<Partial> end() {
      return List.of();
    }

    @Override
    public void close() {
      tiles.close();
    }
  }
}
