package io.repvit.analytics.neighbours;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Normalised embeddings of some rows, packed for matrix products. The id of a row is the number of
 * its block and its number in the block.
 *
 * @param block number of the block
 * @param paths one per row, sorted
 * @param values float32 {@code [rows,width]}, row-major, each row of length 1
 * @param rejected rows of this block whose embeddings have no direction
 */
record EmbeddingBlock(int block, int width, String[] paths, float[] values, List<Rejected> rejected)
    implements Serializable {

  /** A row that has no cosine with others, and why. */
  record Rejected(String path, String reason) implements Serializable {}

  int rows() {
    return paths.length;
  }

  long id(int row) {
    return id(block, row);
  }

  /** Returns rows {@code from} to {@code to - 1}. */
  Piece piece(int from, int to) {
    return new Piece(
        block,
        from,
        Arrays.copyOfRange(paths, from, to),
        Arrays.copyOfRange(values, from * width, to * width));
  }

  static long id(int block, int row) {
    return (long) block << 32 | row;
  }

  static int rowOf(long id) {
    return (int) id;
  }

  /**
   * Some rows of a block on their way to another block.
   *
   * @param first number in the block of the first row
   */
  record Piece(int block, int first, String[] paths, float[] values) implements Serializable {
    int rows() {
      return paths.length;
    }

    long id(int row) {
      return EmbeddingBlock.id(block, first + row);
    }
  }
}
