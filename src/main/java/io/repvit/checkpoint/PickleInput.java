package io.repvit.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Reads the bytes of one pickle. Each length in it is checked against the remaining bytes. */
final class PickleInput {

  /**
   * A line holds a module, a name, or an integer of protocol 1. Allowed names have at most 40
   * bytes.
   */
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

  /** Creates an exception about a defect at the current byte. */
  CheckpointException bad(String problem) {
    return new CheckpointException(
        file,
        String.format(Locale.ROOT, "the pickle is damaged at byte %d: %s", in.position(), problem));
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

  /** Reads an unsigned 64-bit integer; values above {@link Long#MAX_VALUE} come out negative. */
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

  /** Reads up to the next line feed and drops the line feed. */
  String line() {
    int start = in.position();
    for (int i = start; i < in.limit() && i - start <= MAX_LINE_BYTES; i++) {
      if (in.get(i) == '\n') {
        String line = text((long) i - start, StandardCharsets.UTF_8);
        in.position(i + 1);
        return line;
      }
    }
    throw bad("a line is longer than " + MAX_LINE_BYTES + " bytes");
  }

  /** Reads a little-endian two's complement integer of {@code n} bytes; 0 if {@code n} is 0. */
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
              "%s bytes are declared, %d are left",
              Long.toUnsignedString(n),
              in.remaining()));
    }
    return (int) n;
  }
}
