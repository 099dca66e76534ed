package io.repvit.image;

/** Tables that scale stored samples to 8 bits. */
final class Samples8 {
  private static final byte[] DEEP = rounded(65535);

  private Samples8() {}

  /**
   * For samples of 0 to {@code most}, scaled by rounding; {@code v * 255 / 65535} for 16 bits. The
   * table may be shared.
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

  /** The same for samples where 0 is white. */
  static byte[] inverted(int most) {
    byte[] table = new byte[most + 1];
    byte[] straight = of(most);
    for (int v = 0; v <= most; v++) {
      table[v] = straight[most - v];
    }
    return table;
  }
}
