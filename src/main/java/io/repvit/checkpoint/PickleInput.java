package io.repvit.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The bytes of one pickle; every length in them is compared with what is left. */
final class PickleInput {

  /** A module, a name or a number of protocol 1; the longest that are allowed have 40. */
  private static final int MAX_LINE_BYTES = 256;

  private final String file;
  private final ByteBuffer in;

  /**
   * @param file name for messages
   */
  PickleInput(String file, byte[] pickle) {
    this.file = file;
    this.in = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A defect at the current byte. */
  CheckpointException bad(String problem) {
    return new CheckpointException(
        file,
        String.format(
            Locale.ROOT, "the pickle is damaged at its byte %d: %s", in.position(), problem));
  }

  boolean hasRemaining() {
    return in.hasRemaining();
  }

  int u8() {
    return Byte.toUnsignedInt(next(1).get());
  }

  int u16() {
    return Short.toUnsignedInt(next(2).getShort());
  }

  int i32() {
    return next(4).getInt();
  }

  long u32() {
    return Integer.toUnsignedLong(i32());
  }

  /** 64 bits, negative where the value is beyond a long. */
  long u64() {
    return next(8).getLong();
  }

  void skip(long n) {
    in.position(in.position() + available(n));
  }

  String text(long bytes, Charset charset) {
    int n = available(bytes);
    var text = new String(in.array(), in.position(), n, charset);
    in.position(in.position() + n);
    return text;
  }

  /** Up to the next line feed, without it. */
  String line() {
    int start = in.position();
    for (int i = start; i < in.limit() && i - start <= MAX_LINE_BYTES; i++) {
      if (in.get(i) == '\n') {
        String line = text((long) i - start, StandardCharsets.UTF_8);
        in.position(i + 1);
        return line;
      }
    }
    throw bad("a line does not end within " + MAX_LINE_BYTES + " bytes");
  }

  /** Whole number of {@code n} bytes, little-endian, two's complement; 0 of none. */
  long signed(int n) {
    long value = 0;
    for (int i = 0; i < n; i++) {
      value |= (long) u8() << (8 * i);
    }
    int unused = Long.SIZE - 8 * n;
    return n == 0 ? 0 : value << unused >> unused;
  }

  private ByteBuffer next(int n) {
    available(n);
    return in;
  }

  private int available(long n) {
    if (n < 0 || n > in.remaining()) {
      throw bad(
          String.format(
              Locale.ROOT,
              "%s bytes announced, %d are left",
              Long.toUnsignedString(n),
              in.remaining()));
    }
    return (int) n;
  }
}
