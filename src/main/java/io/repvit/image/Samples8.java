package io.repvit.image;

/** Lookup tables that scale stored samples to 8 bits. */
final class Samples8 {
  private static final byte[] DEEP = rounded(65535);

  private Samples8() {}

  /**
   * Returns the table for samples of 0 to {@code most}: {@code v * 255 / most}, rounded. Tables may
   * be shared, so callers must not change them.
   */
  static byte[] of(int most) {
    return most == 65535 ? DEEP : rounded(most);
  }

  private static byte[] rounded(int most) {
    byte[] table = new byte[most + 1];
    for (int v = 0; v <= most; v++) {
      table[v] = (byte) Math.rint(v / (double) most * 255);
    }
    return table;
  }

  /** Returns the table for samples whose value 0 is white. */
  static byte[] inverted(int most) {
    byte[] table = new byte[most + 1];
    byte[] straight = of(most);
    for (int v = 0; v <= most; v++) {
      table[v] = straight[most - v];
    }
    return table;
  }
}
