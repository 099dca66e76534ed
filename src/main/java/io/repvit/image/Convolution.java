package io.repvit.image;

/**
 * The two inner loops of resizing. Implementations give the same bits; sums are exact in 32-bit
 * integers, so the order does not matter.
 */
sealed interface Convolution permits PlainConvolution, VectorConvolution {

  /** Values that may be read or written past the end of any array, so that loops have no tails. */
  int PADDING = 32;

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
   * Two rows of RGB, resized along x and rounded to 8 bits.
   *
   * @param upper uint8 {@code [columns, 3]}, beginning with source column {@code x.begin()}, then
   *     {@link #PADDING}
   * @param lower the same of another row
   * @param out receives {@code 3 * x.count()} values 0 to 255 from {@code upperAt} and as many from
   *     {@code lowerAt}; what follows either, up to {@link #PADDING}, may be overwritten
   */
  void horizontal(byte[] upper, byte[] lower, AxisWeights x, int[] out, int upperAt, int lowerAt);

  /**
   * One output row: a weighted sum of rows, rounded to 8 bits.
   *
   * @param rows values 0 to 255
   * @param offsets where in {@code rows} each of the {@code taps} rows begins
   * @param weights fixed point, of which {@code taps} from {@code weightsAt} count
   * @param length values per row
   * @param out receives {@code length} values 0 to 255; padding may be overwritten
   */
  void vertical(
      int[] rows, int[] offsets, int taps, int[] weights, int weightsAt, int length, int[] out);
}
