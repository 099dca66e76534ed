package io.repvit.onnx;

import java.util.Locale;

/**
 * How much of an int8 the weights use. Processors without VNNI add two products of a uint8 and an
 * int8 in an int16: with weights of 7 bits these cannot overflow, with 8 they do, in silence.
 */
public enum WeightBits {
  /** -64 to 64: right on every processor. */
  SEVEN(7, 64),
  /** -127 to 127: for processors with VNNI (x86) or dot products (Arm). */
  EIGHT(8, 127);

  private final int number;
  private final int largest;

  WeightBits(int number, int largest) {
    this.number = number;
    this.largest = largest;
  }

  /**
   * By their number.
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
        String.format(Locale.ROOT, "weights have %d bits, must be 7 or 8", number));
  }

  /** 7 or 8. */
  public int number() {
    return number;
  }

  /** Of the absolute values. */
  int largest() {
    return largest;
  }
}
