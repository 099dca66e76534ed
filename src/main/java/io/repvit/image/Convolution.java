package io.repvit.image;

/**
 * The inner loops of resizing, which are the same for both axes: weighted sums of whole lines. All
 * implementations give identical results, because sums of 32-bit integers are exact in any order.
 * Not thread-safe.
 */
sealed interface Convolution permits PlainConvolution, VectorConvolution {

  /** Number of values after each line that loops may read and write, so that they need no tail. */
  int PADDING = 32;

  /** Number of lines per step; the number of lines of a sum is a multiple of it. */
  int TAPS = 8;

  /**
   * Returns the Vector API implementation if the JVM has the module jdk.incubator.vector, which
   * Spark adds, and the processor has vectors of at least 256 bits; otherwise plain loops.
   */
  static Convolution best() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && VectorConvolution.fitsMachine()
        ? new VectorConvolution()
        : new PlainConvolution();
  }

  /**
   * Converts unsigned bytes to integers.
   *
   * @param line uint8, {@code length} values and {@link #PADDING}
   * @param out array that receives the values from {@code at}; as much padding may be overwritten
   */
  void widen(byte[] line, int length, int[] out, int at);

  /**
   * Computes a weighted sum of lines, rounded to 8 bits.
   *
   * @param lines values 0 to 255
   * @param offsets start of each of the {@code taps} lines in {@code lines}
   * @param weights fixed-point weights; {@code taps} of them are used, from {@code weightsAt}
   * @param taps a multiple of {@link #TAPS}
   * @param length values per line
   * @param out receives {@code length} values, uint8; padding may be overwritten
   */
  void combine(
      int[] lines, int[] offsets, int[] weights, int weightsAt, int taps, int length, byte[] out);
}
