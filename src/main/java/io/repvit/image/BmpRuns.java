package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.Locale;

/** Decodes the RLE8 or RLE4 data of a bitmap to palette indices, row by row. */
final class BmpRuns {
  private static final int END_OF_LINE = 0;
  private static final int END_OF_BITMAP = 1;
  private static final int DELTA = 2;

  private final EncodedBytes bytes;
  private final int width;
  private final boolean halves;
  private long at;

  /** Number of pixels returned so far. */
  private long position;

  /** The column after the current run; it may be beyond the end of the row. */
  private long column;

  private long pending;
  private boolean literal;
  private int value;
  private boolean second;

  BmpRuns(EncodedBytes bytes, BmpHeader header) {
    this.bytes = bytes;
    width = header.width();
    halves = header.compression() == BmpHeader.RUNS_4;
    at = header.data();
  }

  /** Reads the next row. */
  void read(int[] row) throws ImageException {
    for (int i = 0; i < row.length; i++) {
      while (pending == 0) {
        code();
      }
      row[i] = next();
      pending--;
      position++;
    }
  }

  private int next() throws ImageException {
    boolean low = second;
    second = !second;
    if (literal && (!halves || !low)) {
      value = bytes.u8(at++);
    }
    if (!halves) {
      return value;
    }
    return low ? value & 15 : value >> 4;
  }

  private void code() throws ImageException {
    alignAfterLiteral();
    int count = bytes.u8(at);
    int argument = bytes.u8(at + 1);
    at += 2;
    second = false;
    if (count > 0) {
      value = argument;
      pending = Math.max(0, Math.min(count, width - column));
      column += pending;
      return;
    }
    value = 0;
    switch (argument) {
      case END_OF_LINE -> {
        pending = (width - position % width) % width;
        column = 0;
      }
      case END_OF_BITMAP ->
          throw new ImageException(
              Code.CORRUPT,
              String.format(
                  Locale.ROOT,
                  "BMP: the run-length data ends at pixel %d; upload the object again",
                  position));
      case DELTA -> {
        pending = bytes.u8(at) + (long) bytes.u8(at + 1) * width;
        at += 2;
        column = (position + pending) % width;
      }
      default -> {
        literal = true;
        pending = argument;
        column += argument;
      }
    }
  }

  /** Skips the padding of literal pixels to 16 bits. */
  private void alignAfterLiteral() {
    if (literal && (at & 1) != 0) {
      at++;
    }
    literal = false;
  }
}
