package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Untrusted bytes with bounds-checked reads at absolute positions. Reading past the end throws
 * {@link Code#TRUNCATED}, so parsers need no checks of their own. Positions are long, so that sums
 * of 32-bit fields do not overflow.
 */
final class EncodedBytes {
  private final ByteBuffer bytes;

  /** Creates a view of the buffer from position to limit; the buffer's position is not changed. */
  EncodedBytes(ByteBuffer encoded) {
    this.bytes = encoded.slice().order(ByteOrder.BIG_ENDIAN);
  }

  int length() {
    return bytes.limit();
  }

  int u8(long at) throws ImageException {
    return bytes.get(need(at, 1)) & 0xff;
  }

  int u16(long at) throws ImageException {
    return bytes.getShort(need(at, 2)) & 0xffff;
  }

  long u32(long at) throws ImageException {
    return bytes.getInt(need(at, 4)) & 0xffffffffL;
  }

  int u16LittleEndian(long at) throws ImageException {
    return Short.reverseBytes(bytes.getShort(need(at, 2))) & 0xffff;
  }

  long u32LittleEndian(long at) throws ImageException {
    return Integer.reverseBytes(bytes.getInt(need(at, 4))) & 0xffffffffL;
  }

  /** Returns whether the bytes at a position are these; false at the end of the bytes. */
  boolean startsWith(long at, String latin1) {
    if (at < 0 || at + latin1.length() > length()) {
      return false;
    }
    for (int i = 0; i < latin1.length(); i++) {
      if ((bytes.get((int) at + i) & 0xff) != latin1.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  String latin1(long at, long length) throws ImageException {
    byte[] copy = new byte[(int) length];
    bytes.get(need(at, length), copy);
    return new String(copy, StandardCharsets.ISO_8859_1);
  }

  /** Returns the first {@code most} bytes of a text of {@code length} bytes. */
  String latin1(long at, long length, int most) throws ImageException {
    return latin1(need(at, length), Math.min(length, most));
  }

  EncodedBytes slice(long at, long length) throws ImageException {
    return new EncodedBytes(bytes.slice(need(at, length), (int) length));
  }

  /** Returns the bytes as a big-endian buffer from 0 to {@link #length()}. */
  ByteBuffer buffer() {
    return bytes;
  }

  /** Checks that there are {@code length} bytes at a position, and returns the position. */
  int need(long at, long length) throws ImageException {
    if (at < 0 || length < 0 || at > length() - length) {
      throw new ImageException(
          Code.TRUNCATED,
          String.format(
              Locale.ROOT,
              "ends at byte %d, a field needs bytes %d to %d; upload the object again",
              length(),
              at,
              at + length));
    }
    return (int) at;
  }
}
