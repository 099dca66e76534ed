package io.repvit.image;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Pixels in pieces, with the channels apart: red, green, blue, and grey as Pillow's {@code
 * convert("L")} has it. Not thread-safe.
 */
final class Channels implements AutoCloseable {
  /** Pixels per piece: enough for vectorised loops, few enough for the cache of a core. */
  private static final int PIECE = 16384;

  /** Pixels per call of the engine, a multiple of {@link #PIECE}, which bounds the memory. */
  private static final int BLOCK = 16 * PIECE;

  /** Fixed-point weights with 16 bits of fraction, as in Pillow's Convert.c (ITU-R 601-2). */
  private static final int[] GREY = {19595, 38470, 7471};

  /** Receives the pieces in order; the arrays are valid during the call. */
  interface Sink {
    /** Accepts the next {@code count} pixels. */
    void accept(Channels piece, int count);
  }

  private final PixelEngine engine;
  private final Convolution convolution;
  private final DirectBytes separated = new DirectBytes();
  private final byte[][] bytes = new byte[3][PIECE + Convolution.PADDING];
  private final byte[] grey = new byte[PIECE + Convolution.PADDING];
  private final int[] values = new int[3 * stride()];
  private final int[] offsets = new int[Convolution.TAPS];
  private final int[] weights = new int[Convolution.TAPS];

  Channels(PixelEngine engine, Convolution convolution) {
    this.engine = engine;
    this.convolution = convolution;
    for (int c = 0; c < GREY.length; c++) {
      offsets[c] = c * stride();
      weights[c] = GREY[c] << (AxisWeights.PRECISION_BITS - 16);
    }
  }

  /** Returns the grey value of a pixel. */
  static int grey(int red, int green, int blue) {
    return (GREY[0] * red + GREY[1] * green + GREY[2] * blue + (1 << 15)) >> 16;
  }

  private static int stride() {
    return PIECE + Convolution.PADDING;
  }

  /**
   * Passes pixels to the sink.
   *
   * @param rgb direct buffer with RGB pixels from index 0
   */
  void each(ByteBuffer rgb, int pixels, Sink sink) {
    for (int begin = 0; begin < pixels; begin += BLOCK) {
      int count = Math.min(BLOCK, pixels - begin);
      block(rgb.slice(3 * begin, 3 * count), count, sink);
    }
  }

  private void block(ByteBuffer rgb, int pixels, Sink sink) {
    ByteBuffer apart = separated.atLeast(3 * pixels);
    engine.separate(rgb, pixels, apart);
    for (int at = 0; at < pixels; at += PIECE) {
      int count = Math.min(PIECE, pixels - at);
      for (int c = 0; c < 3; c++) {
        apart.get(c * pixels + at, bytes[c], 0, count);
        convolution.widen(bytes[c], count, values, c * stride());
      }
      sink.accept(this, count);
    }
  }

  /** Returns the values of a channel, uint8. */
  byte[] bytes(int channel) {
    return bytes[channel];
  }

  /** Returns the values of all channels, 0 to 255; see {@link #start}. */
  int[] values() {
    return values;
  }

  /** Returns the index in {@link #values} of the first value of a channel: 0 is red, 2 is blue. */
  static int start(int channel) {
    return channel * stride();
  }

  /** Computes the grey values of the piece, uint8. */
  byte[] grey(int count) {
    convolution.combine(values, offsets, weights, 0, Convolution.TAPS, count, grey);
    return grey;
  }

  /** Returns whether the channels of the piece are equal. */
  boolean areEqual(int count) {
    for (int c = 1; c < 3; c++) {
      if (!Arrays.equals(values, 0, count, values, start(c), start(c) + count)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    separated.release();
  }
}
