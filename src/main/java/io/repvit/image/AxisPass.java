package io.repvit.image;

/**
 * Resizing along one axis: every line that comes out is a weighted sum of neighbouring lines that
 * go in. A line is what lies across the axis: a row of the picture for one axis, a column for the
 * other. Keeps as many lines as one sum needs. One per thread.
 */
final class AxisPass {
  private final Convolution convolution;
  private byte[] line = new byte[0];
  private byte[] combined = new byte[0];
  private int[] kept = new int[0];
  private int[] offsets = new int[0];

  AxisPass(Convolution convolution) {
    this.convolution = convolution;
  }

  /** Where lines come from. */
  @FunctionalInterface
  interface Source {
    /** Fills the first values of {@code line}; asked for each line once, in order. */
    void read(int index, byte[] line);
  }

  /** Where lines go to. */
  @FunctionalInterface
  interface Sink {
    /** Takes one line, uint8, of which what follows its length is padding; valid in the call. */
    void accept(int index, byte[] line);
  }

  /**
   * Makes {@code weights.count()} lines, in order.
   *
   * @param length values per line
   */
  void run(AxisWeights weights, int length, Source source, Sink sink) {
    int lines = weights.mostTaps();
    int stride = length + Convolution.PADDING;
    reserve(lines, stride, weights.stride());
    int next = weights.begin();
    for (int i = 0; i < weights.count(); i++) {
      int first = weights.first()[i];
      int last = first + weights.taps()[i] - 1;
      for (; next <= last; next++) {
        source.read(next, line);
        convolution.widen(line, length, kept, next % lines * stride);
      }
      // Beyond the last tap: the last line, times zero.
      int slot = first % lines;
      for (int t = 0; t < weights.stride(); t++) {
        offsets[t] = slot * stride;
        if (first + t < last) {
          slot = slot + 1 == lines ? 0 : slot + 1;
        }
      }
      convolution.combine(
          kept,
          offsets,
          weights.weights(),
          i * weights.stride(),
          weights.stride(),
          length,
          combined);
      sink.accept(i, combined);
    }
  }

  private void reserve(int lines, int stride, int taps) {
    if (line.length < stride) {
      line = new byte[stride];
      combined = new byte[stride];
    }
    if (kept.length < lines * stride) {
      kept = new int[lines * stride];
    }
    if (offsets.length < taps) {
      offsets = new int[taps];
    }
  }
}
