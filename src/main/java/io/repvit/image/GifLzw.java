package io.repvit.image;

import java.util.Locale;

/** Decodes the LZW data of a GIF to palette indices (GIF 89a, appendix F). */
final class GifLzw {
  private static final int MOST_CODES = 4096;
  private static final int MOST_BITS = 12;

  private final EncodedBytes bytes;
  private final int clear;
  private final short[] prefix = new short[MOST_CODES];
  private final byte[] last = new byte[MOST_CODES];
  private final byte[] stack = new byte[MOST_CODES + 1];
  private int stacked;
  private int next;
  private int codeBits;
  private int previous = -1;
  private int first;

  private long at;
  private int blockLeft;
  private int bits;
  private int bitCount;

  /**
   * Creates a decoder.
   *
   * @param from position of the LZW minimum code size, before the sub-blocks
   */
  GifLzw(EncodedBytes bytes, long from) throws ImageException {
    this.bytes = bytes;
    int size = bytes.u8(from);
    if (size < 1 || size > 8) {
      throw GifCodec.corrupt("LZW code size " + size + ", must be 1 to 8");
    }
    at = from + 1;
    clear = 1 << size;
    for (int i = 0; i < clear; i++) {
      last[i] = (byte) i;
    }
    reset();
  }

  private void reset() {
    next = clear + 2;
    codeBits = 32 - Integer.numberOfLeadingZeros(clear);
    previous = -1;
  }

  /** Reads the next {@code count} indices. */
  void read(int[] row, int count) throws ImageException {
    for (int i = 0; i < count; i++) {
      while (stacked == 0) {
        expand(code());
      }
      row[i] = stack[--stacked] & 0xff;
    }
  }

  private void expand(int code) throws ImageException {
    if (code == clear) {
      reset();
      return;
    }
    if (code == clear + 1) {
      throw GifCodec.corrupt("the picture ends early, at byte " + at);
    }
    if (code > next || (code == next && previous < 0) || (code >= clear && previous < 0)) {
      throw GifCodec.corrupt(
          String.format(Locale.ROOT, "code %d at byte %d is not defined", code, at));
    }
    int from = code;
    if (code == next) {
      stack[stacked++] = (byte) first;
      from = previous;
    }
    while (from >= clear) {
      stack[stacked++] = last[from];
      from = prefix[from];
    }
    stack[stacked++] = last[from];
    first = last[from];
    if (previous >= 0 && next < MOST_CODES) {
      prefix[next] = (short) previous;
      last[next] = (byte) first;
      next++;
      if (next == 1 << codeBits && codeBits < MOST_BITS) {
        codeBits++;
      }
    }
    previous = code;
  }

  private int code() throws ImageException {
    while (bitCount < codeBits) {
      if (blockLeft == 0) {
        blockLeft = bytes.u8(at++);
        if (blockLeft == 0) {
          throw GifCodec.corrupt("the picture ends early, at byte " + at);
        }
      }
      bits |= bytes.u8(at++) << bitCount;
      bitCount += 8;
      blockLeft--;
    }
    int code = bits & ((1 << codeBits) - 1);
    bits >>>= codeBits;
    bitCount -= codeBits;
    return code;
  }
}
