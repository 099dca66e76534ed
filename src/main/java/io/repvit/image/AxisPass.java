package io.repvit.image;

/**
 * Resizes along one axis. Each output line is a weighted sum of neighbouring input lines. Lines are
 * perpendicular to the axis: rows for the vertical axis, columns for the horizontal axis. Keeps
 * only the lines that one sum needs. Not thread-safe.
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

  /** A source of input lines. */
  @FunctionalInterface
  interface Source {
    /** Fills the first values of {@code line}. It is called once per line, in order. */
    void read(int index, byte[] line);
  }

  /** A sink of output lines. */
  @FunctionalInterface
  interface Sink {
    /** Accepts one line, uint8, followed by padding; the array is valid during the call only. */
    void accept(int index, byte[] line);
  }

  /**
   * Writes {@code weights.count()} lines to the sink, in order.
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
      // Offsets after the last tap point to the last line; their weights are zero.
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
