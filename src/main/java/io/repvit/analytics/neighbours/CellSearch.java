package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.CellPieces.CellPiece;
import io.repvit.analytics.neighbours.Matches.Partial;
import java.util.Iterator;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Nearest rows in the nearest cells (IVF). A task holds one group of cells, and receives the
 * queries that probe one of them, in pieces.
 *
 * <p>Source: Sivic and Zisserman 2003, Video Google; Jégou et al. 2011, Product quantization for
 * nearest neighbor search, section IV.
 */
final class CellSearch {
  private CellSearch() {}

  /**
   * Finds the best matches of queries in their nearest cells.
   *
   * @param notItself whether a row is no match of a row with the same path
   */
  static JavaRDD<Partial> among(
      EmbeddingBlocks blocks,
      JavaRDD<EmbeddingBlock> queries,
      CellIndex index,
      int probes,
      int k,
      boolean notItself,
      int pieceRows) {
    Broadcast<CellIndex> cells =
        JavaSparkContext.fromSparkContext(blocks.spark().sparkContext()).broadcast(index);
    JavaRDD<CellPiece> data =
        byGroup(
            blocks.rdd().flatMapToPair(b -> CellPieces.data(b, cells.value(), pieceRows)), index);
    JavaRDD<CellPiece> searches =
        byGroup(
            queries.flatMapToPair(b -> CellPieces.queries(b, cells.value(), probes, pieceRows)),
            index);
    int width = blocks.width();
    return data.zipPartitions(
        searches, (rows, pieces) -> search(CellGroup.of(width, rows), pieces, k, notItself));
  }

  private static JavaRDD<CellPiece> byGroup(
      JavaPairRDD<Integer, CellPiece> pieces, CellIndex index) {
    return pieces.partitionBy(new HashPartitioner(index.groups())).values();
  }

  private static Iterator<Partial> search(
      CellGroup group, Iterator<CellPiece> pieces, int k, boolean notItself) {
    var tiles = new Tiles(group.width());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> tiles.close());
    Iterable<CellPiece> all = () -> pieces;
    return StreamSupport.stream(all.spliterator(), false)
        .map(
            piece ->
                new Partial(piece.block(), piece.rows(), group.best(tiles, piece, k, notItself)))
        .iterator();
  }
}
