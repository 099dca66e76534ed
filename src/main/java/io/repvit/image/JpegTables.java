package io.repvit.image;

/** Checks the tables of a JPEG as libjpeg does (ITU-T T.81, section B.2.4). */
final class JpegTables {
  private static final int LENGTHS = 16;
  private static final int MOST_CODES = 256;
  private static final int TABLES = 4;
  private static final int CLASS_AC = 0x10;
  private static final int BLOCK = 64;
  private static final int CONDITIONING_TABLES = 32;

  private JpegTables() {}

  /**
   * Returns whether a DHT segment is valid for get_dht of libjpeg's jdmarker.c.
   *
   * @param segment position of the segment's length field
   */
  static boolean huffman(EncodedBytes bytes, long segment) throws ImageException {
    int left = bytes.u16(segment) - 2;
    long at = segment + 2;
    while (left > LENGTHS) {
      int table = bytes.u8(at) & ~CLASS_AC;
      int codes = 0;
      for (int i = 1; i <= LENGTHS; i++) {
        codes += bytes.u8(at + i);
      }
      left -= 1 + LENGTHS;
      if (codes > MOST_CODES || codes > left) {
        return false;
      }
      at = bytes.need(at + 1 + LENGTHS, codes) + (long) codes;
      left -= codes;
      if (table >= TABLES) {
        return false;
      }
    }
    return left == 0;
  }

  /** Returns whether a DQT segment is valid for get_dqt. */
  static boolean quantisation(EncodedBytes bytes, long segment) throws ImageException {
    int left = bytes.u16(segment) - 2;
    long at = segment + 2;
    while (left > 0) {
      int table = bytes.u8(at);
      if ((table & 15) >= TABLES) {
        return false;
      }
      int length = table >> 4 == 0 ? BLOCK : 2 * BLOCK;
      at = bytes.need(at + 1, length) + (long) length;
      left -= 1 + length;
    }
    return left == 0;
  }

  /** Returns whether a DAC segment is valid for get_dac. */
  static boolean arithmetic(EncodedBytes bytes, long segment) throws ImageException {
    int left = bytes.u16(segment) - 2;
    for (long at = segment + 2; left > 0; at += 2, left -= 2) {
      int table = bytes.u8(at);
      int value = bytes.u8(at + 1);
      boolean direct = table < CONDITIONING_TABLES / 2;
      if (table >= CONDITIONING_TABLES || (direct && (value & 15) > value >> 4)) {
        return false;
      }
    }
    return left == 0;
  }
}
