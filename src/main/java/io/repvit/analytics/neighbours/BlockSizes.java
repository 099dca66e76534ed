package io.repvit.analytics.neighbours;

import java.util.Locale;

/**
 * Bounds of the memory that a task needs for embeddings.
 *
 * @param blockBytes largest size of a block; a task holds one block, and a copy while it is packed
 * @param pieceRows largest number of rows that a task receives from another block at a time
 */
record BlockSizes(long blockBytes, int pieceRows) {
  /** A block has up to 21,845 rows of width 384. */
  static final BlockSizes DEFAULT = new BlockSizes(32L << 20, 4096);

  /** Blocks for each task slot, so that slots finish at about the same time. */
  private static final long PER_SLOT = 4;

  /** Smaller blocks are not worth their number. */
  private static final long SMALL_BLOCK_ROWS = 1024;

  BlockSizes {
    if (blockBytes < 1 || blockBytes > 1 << 30 || pieceRows < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "blocks of %d bytes in pieces of %d rows, expected at most 1 GiB and at least 1 row",
              blockBytes,
              pieceRows));
    }
  }

  /** Returns the number of blocks: enough for their size, and to occupy all task slots. */
  int blocks(long rows, int width, int slots) {
    long bySize = ceilDiv(rows, Math.max(1, blockBytes / Float.BYTES / Math.max(1, width)));
    long bySlots = Math.min(PER_SLOT * slots, ceilDiv(rows, SMALL_BLOCK_ROWS));
    return Math.toIntExact(Math.max(1, Math.max(bySize, bySlots)));
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }
}
