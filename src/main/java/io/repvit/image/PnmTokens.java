package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.Locale;

/** Reads decimal numbers separated by whitespace and comments, as in headers and plain pixels. */
final class PnmTokens {
  private static final int MOST_DIGITS = 10;

  private final EncodedBytes bytes;
  private long at;

  PnmTokens(EncodedBytes bytes, long from) {
    this.bytes = bytes;
    at = from;
  }

  /** Returns the position after the last token. */
  long position() {
    return at;
  }

  static boolean space(int b) {
    return b == ' ' || (b >= '\t' && b <= '\r');
  }

  /** Reads the next number; whitespace, a comment or the end of the file must follow. */
  int number(int most) throws ImageException {
    skip();
    long value = 0;
    int digits = 0;
    while (at < bytes.length() && !space(bytes.u8(at)) && bytes.u8(at) != '#') {
      value = 10 * value + digitValue(9);
      if (++digits > MOST_DIGITS) {
        throw refusal("a number of more than " + MOST_DIGITS + " digits");
      }
      at++;
    }
    if (value > most) {
      throw refusal(value + ", must be at most " + most);
    }
    return (int) value;
  }

  /** Reads the next 0 or 1; digits need not be separated. */
  int digit() throws ImageException {
    skip();
    int value = digitValue(1);
    at++;
    return value;
  }

  private int digitValue(int most) throws ImageException {
    int value = bytes.u8(at) - '0';
    if (value < 0 || value > most) {
      throw refusal(
          String.format(Locale.ROOT, "byte 0x%02x where a digit was expected", bytes.u8(at)));
    }
    return value;
  }

  /** Skips whitespace and comments. */
  private void skip() throws ImageException {
    while (space(bytes.u8(at)) || bytes.u8(at) == '#') {
      if (bytes.u8(at) == '#') {
        while (bytes.u8(at) != '\n' && bytes.u8(at) != '\r') {
          at++;
        }
      }
      at++;
    }
  }

  private ImageException refusal(String found) {
    return new ImageException(
        Code.CORRUPT, String.format(Locale.ROOT, "PNM: at byte %d %s", at, found));
  }
}
