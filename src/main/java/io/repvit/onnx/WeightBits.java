package io.repvit.onnx;

import java.util.Locale;

/**
 * The number of bits that quantised weights use. Processors without VNNI add two products of uint8
 * and int8 in an int16. With 7-bit weights the sum cannot overflow. With 8-bit weights it overflows
 * silently, which makes the outputs wrong.
 */
public enum WeightBits {
  /** Weights from -64 to 64, which every processor computes correctly. */
  SEVEN(7, 64),
  /** Weights from -127 to 127, for processors with VNNI (x86) or dot products (Arm). */
  EIGHT(8, 127);

  private final int number;
  private final int largest;

  WeightBits(int number, int largest) {
    this.number = number;
    this.largest = largest;
  }

  /**
   * Returns the constant with the given number of bits.
   *
   * @throws IllegalArgumentException if it is neither 7 nor 8
   */
  public static WeightBits of(int number) {
    for (WeightBits bits : values()) {
      if (bits.number == number) {
        return bits;
      }
    }
    throw new IllegalArgumentException(
        String.format(Locale.ROOT, "weights have %d bits, expected 7 or 8", number));
  }

  /** Returns the number of bits, 7 or 8. */
  public int number() {
    return number;
  }

  /** Returns the largest absolute value of a weight. */
  int largest() {
    return largest;
  }
}
