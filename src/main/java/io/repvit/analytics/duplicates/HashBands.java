package io.repvit.analytics.duplicates;

import java.io.Serializable;
import java.util.Locale;

/**
 * The keys under which all pairs of 64-bit hashes within a Hamming distance meet. A hash is cut
 * into bands. At most {@code distance} bands of such a pair differ, so that the pair agrees in at
 * least {@code agreeing() = bands - distance} others; each combination of so many bands is a key.
 * With four bands and distance 3, a key is one band of 16 bits.
 *
 * <p>Source: Manku, Jain, Das Sarma, Detecting Near-Duplicates for Web Crawling, WWW 2007, section
 * 3.
 *
 * @param distance the largest distance, 1 to {@link #MAX_DISTANCE}
 * @param bands number of bands, more than {@code distance}
 */
record HashBands(int distance, int bands) implements Serializable {
  /** Hashes that differ in more bits are not of the same picture; ImageHash's users take 10. */
  static final int MAX_DISTANCE = 10;

  /** Largest number of keys of a hash, a bound of the rows that are shuffled. */
  private static final int MAX_KEYS = 200;

  /** Time of shuffling and sorting a row, in comparisons of two hashes. */
  private static final double ROW = 500;

  /** How many times more hashes share a key than if all keys were equally frequent. */
  private static final double UNEVEN = 4;

  HashBands {
    if (distance < 1 || distance > MAX_DISTANCE || bands <= distance || bands > Long.SIZE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "distance %d with %d bands, expected 1 to %d, with more bands",
              distance,
              bands,
              MAX_DISTANCE));
    }
  }

  /** The number of bands with the least cost for {@code hashes} different hashes. */
  static HashBands of(int distance, long hashes) {
    var best = new HashBands(distance, distance + 1);
    for (int bands = distance + 2; bands <= Long.SIZE; bands++) {
      var more = new HashBands(distance, bands);
      if (more.keys() <= MAX_KEYS && more.cost(hashes) < best.cost(hashes)) {
        best = more;
      }
    }
    return best;
  }

  /** Bands of a key. */
  private int agreeing() {
    return bands - distance;
  }

  /** Keys of a hash: combinations of {@link #agreeing} out of {@code bands} bands. */
  long keys() {
    long keys = 1;
    for (int i = 1; i <= distance; i++) {
      keys = keys * (bands - distance + i) / i;
      if (keys > Integer.MAX_VALUE) {
        return keys;
      }
    }
    return keys;
  }

  /** Comparisons per hash, with {@link #ROW} for each of its rows. */
  private double cost(long hashes) {
    double bits = (double) Long.SIZE * agreeing() / bands;
    return keys() * (ROW + UNEVEN * hashes / Math.pow(2, bits) / 2);
  }

  /** The bits of each key. */
  long[] masks() {
    var masks = new long[(int) keys()];
    int n = 0;
    for (long chosen = (1L << agreeing()) - 1; n < masks.length; n++) {
      masks[n] = bits(chosen);
      // The next larger number with as many ones (Gosper).
      long lowest = chosen & -chosen;
      long ripple = chosen + lowest;
      chosen = (((chosen ^ ripple) >>> 2) / lowest) | ripple;
    }
    return masks;
  }

  /**
   * The key under which a pair counts, one of those that it shares: of the lowest bands that agree.
   *
   * @param difference exclusive or of two hashes within the distance
   */
  long first(long difference) {
    long chosen = 0;
    for (int band = 0, found = 0; found < agreeing(); band++) {
      if ((difference & bits(1L << band)) == 0) {
        chosen |= 1L << band;
        found++;
      }
    }
    return bits(chosen);
  }

  /** The bits of a set of bands. */
  private long bits(long chosen) {
    long bits = 0;
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((chosen >>> (bit * bands / Long.SIZE) & 1) != 0) {
        bits |= 1L << bit;
      }
    }
    return bits;
  }
}
