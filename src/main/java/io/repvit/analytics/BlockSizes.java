package io.repvit.analytics;

import java.util.Locale;

/**
 * Bounds of the memory that a task needs for embeddings.
 *
 * @param blockMiB largest size of a block, in MiB; a task holds one block, and Spark a few copies
 *     of one while it moves
 * @param pieceRows largest number of rows that a task receives from another block at a time
 */
record BlockSizes(int blockMiB, int pieceRows) {
  /** A block of 32 MiB has 21,845 rows of width 384. */
  static final BlockSizes DEFAULT = new BlockSizes(32, 4096);

  /** Smaller blocks are not worth their number. */
  private static final int SMALL_BLOCK_ROWS = 1024;

  BlockSizes {
    if (blockMiB < 1 || blockMiB > 1024 || pieceRows < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "blocks of %d MiB in pieces of %d rows, expected 1 to 1024 MiB and at least 1 row",
              blockMiB,
              pieceRows));
    }
  }

  /** Returns the number of blocks: enough for their size, and to occupy all task slots. */
  int blocks(long rows, int width, int slots) {
    long bySize = ceilDiv(rows * width * Float.BYTES, (long) blockMiB << 20);
    long bySlots = Math.min(4L * slots, ceilDiv(rows, SMALL_BLOCK_ROWS));
    return Math.toIntExact(Math.max(1, Math.max(bySize, bySlots)));
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
