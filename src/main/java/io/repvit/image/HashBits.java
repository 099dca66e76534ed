package io.repvit.image;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The bits of ImageHash's hashes, from grey images that are resized to the size of the hash. */
final class HashBits {
  /** Side of the image that is transformed for a perceptual hash, pixels. */
  static final int PHASH_SIDE = Dct32.SIZE;

  /** Columns of the image for a difference hash. */
  static final int DHASH_COLUMNS = 9;

  /** Rows of the image for a difference hash. */
  static final int DHASH_ROWS = 8;

  private static final int SIDE = 8;

  private final Dct32 dct = new Dct32();
  private final double[] line = new double[Dct32.SIZE];
  private final double[][] columns = new double[SIDE][Dct32.SIZE];

  /**
   * Compares the 8x8 lowest frequencies with their median.
   *
   * @param grey uint8 {@code [32, 32]}
   */
  long phash(byte[] grey) {
    double[] low = frequencies(grey);
    double[] sorted = low.clone();
    Arrays.sort(sorted);
    double median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    return bits(i -> low[i] > median);
  }

  /** Returns the 8x8 lowest frequencies of {@code [32, 32]} grey values, vertical ones first. */
  double[] frequencies(byte[] grey) {
    for (int x = 0; x < PHASH_SIDE; x++) {
      for (int y = 0; y < PHASH_SIDE; y++) {
        line[y] = grey[y * PHASH_SIDE + x] & 0xff;
      }
      dct.transform(line);
      for (int k = 0; k < SIDE; k++) {
        columns[k][x] = line[k];
      }
    }
    double[] low = new double[SIDE * SIDE];
    for (int k = 0; k < SIDE; k++) {
      dct.transform(columns[k]);
      System.arraycopy(columns[k], 0, low, k * SIDE, SIDE);
    }
    return low;
  }

  /**
   * Compares each value with its left neighbour.
   *
   * @param grey uint8 {@code [8, 9]}
   */
  static long dhash(byte[] grey) {
    return bits(
        i -> {
          int left = i / SIDE * DHASH_COLUMNS + i % SIDE;
          return (grey[left + 1] & 0xff) > (grey[left] & 0xff);
        });
  }

  private static long bits(IntPredicate set) {
    long bits = 0;
    for (int i = 0; i < SIDE * SIDE; i++) {
      bits = bits << 1 | (set.test(i) ? 1 : 0);
    }
    return bits;
  }
}
