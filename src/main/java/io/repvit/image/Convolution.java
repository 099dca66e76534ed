package io.repvit.image;

/**
 * The inner loops of resizing, the same for both axes: sums of whole lines. Implementations give
 * the same bits; sums are exact in 32-bit integers, so the order does not matter. One per thread.
 */
sealed interface Convolution permits PlainConvolution, VectorConvolution {

  /** Values that may be read or written past the end of any line, so that loops have no tails. */
  int PADDING = 32;

  /** Lines that are summed at a time; how many lines there are is a multiple of it. */
  int TAPS = 8;

  /**
   * The vectors where the JVM has them (Spark adds the module itself) and the machine's are wide
   * enough, plain loops elsewhere.
   */
  static Convolution best() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && VectorConvolution.fitsMachine()
        ? new VectorConvolution()
        : new PlainConvolution();
  }

  /**
   * Bytes to integers.
   *
   * @param line uint8, {@code length} values and {@link #PADDING}
   * @param out receives the values 0 to 255 from {@code at}; as much padding may be overwritten
   */
  void widen(byte[] line, int length, int[] out, int at);

  /**
   * A weighted sum of lines, rounded to 8 bits.
   *
   * @param lines values 0 to 255
   * @param offsets where in {@code lines} each of the {@code taps} lines begins
   * @param weights fixed point, of which {@code taps} from {@code weightsAt} count
   * @param taps a multiple of {@link #TAPS}
   * @param length values per line
   * @param out receives {@code length} values, uint8; padding may be overwritten
   */
  void combine(
      int[] lines, int[] offsets, int[] weights, int weightsAt, int taps, int length, byte[] out);
}
