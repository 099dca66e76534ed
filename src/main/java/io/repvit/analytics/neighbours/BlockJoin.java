package io.repvit.analytics.neighbours;

import io.repvit.analytics.neighbours.EmbeddingBlock.Piece;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * Brings blocks together: each task holds one block and receives pieces of others, one at a time.
 * So the memory of a task does not depend on the number of rows.
 */
final class BlockJoin {
  private BlockJoin() {}

  /**
   * What a task does with its block and the pieces.
   *
   * @param <O> what it finds
   */
  interface Work<O> extends AutoCloseable {
    /** Pairs within the block. */
    List<O> within();

    /** Pairs of the block and a piece. */
    List<O> against(Piece piece);

    /** What is known after the last piece. */
    List<O> end();

    @Override
    void close();
  }

  /** Starts the work of a task. */
  interface Start<O> extends Serializable {
    Work<O> on(EmbeddingBlock block);
  }

  /**
   * Brings each pair of blocks of one table together once, and each block with itself. Block i goes
   * to the next half of the blocks, in a circle, so that all tasks have the same work. Of n blocks
   * each is copied (n - 1) / 2 times.
   */
  static <O> JavaRDD<O> pairs(EmbeddingBlocks blocks, int pieceRows, Start<O> start) {
    int n = blocks.count();
    return join(
        blocks,
        blocks.rdd(),
        pieceRows,
        i -> IntStream.rangeClosed(1, n / 2).filter(d -> 2 * d < n || i < d).map(d -> (i + d) % n),
        start);
  }

  /** Brings each block of a table together with all pieces of other blocks. */
  static <O> JavaRDD<O> all(
      EmbeddingBlocks blocks, JavaRDD<EmbeddingBlock> others, int pieceRows, Start<O> start) {
    int n = blocks.count();
    return join(blocks, others, pieceRows, i -> IntStream.range(0, n), start);
  }

  /** The blocks that receive the pieces of a block. */
  private interface Targets extends Serializable {
    IntStream of(int block);
  }

  private static <O> JavaRDD<O> join(
      EmbeddingBlocks blocks,
      JavaRDD<EmbeddingBlock> others,
      int pieceRows,
      Targets targets,
      Start<O> start) {
    var pieces =
        others
            .flatMapToPair(other -> routed(other, pieceRows, targets.of(other.block()).toArray()))
            .partitionBy(new HashPartitioner(blocks.count()))
            .values();
    return blocks
        .rdd()
        .zipPartitions(pieces, (own, received) -> run(start.on(own.next()), received));
  }

  /** The pieces of a block for each target, made when they are asked for. */
  private static Iterator<Tuple2<Integer, Piece>> routed(
      EmbeddingBlock block, int pieceRows, int[] targets) {
    int pieces = (block.rows() + pieceRows - 1) / pieceRows;
    return IntStream.range(0, targets.length * pieces)
        .mapToObj(
            i -> {
              int from = i % pieces * pieceRows;
              int to = Math.min(from + pieceRows, block.rows());
              return new Tuple2<>(targets[i / pieces], block.piece(from, to));
            })
        .iterator();
  }

  /** Takes the steps of a task when their results are asked for. */
  private static <O> Iterator<O> run(Work<O> work, Iterator<Piece> pieces) {
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> work.close());
    Iterable<Piece> all = () -> pieces;
    Stream<Supplier<List<O>>> steps =
        Stream.concat(
            Stream.concat(
                Stream.of(work::within),
                StreamSupport.stream(all.spliterator(), false)
                    .map(piece -> () -> work.against(piece))),
            Stream.of(work::end));
    return steps.flatMap(step -> step.get().stream()).iterator();
  }
}
