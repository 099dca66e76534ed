package io.repvit.testing.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/** Byte strings put together and taken apart. */
final class Bytes {
  private Bytes() {}

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static byte[] concat(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** {@code file} with {@code inserted} instead of the bytes from {@code from} to {@code to}. */
  static byte[] replace(byte[] file, int from, int to, byte[] inserted) {
    return concat(Arrays.copyOf(file, from), inserted, Arrays.copyOfRange(file, to, file.length));
  }

  static byte[] noise(int length, Random random) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /** {@code length} zeros, deflated to about a thousandth. */
  static byte[] deflatedZeros(int length) {
    var out = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(out, new Deflater(Deflater.BEST_COMPRESSION))) {
      byte[] zeros = new byte[1 << 16];
      for (int left = length; left > 0; left -= zeros.length) {
        deflater.write(zeros, 0, Math.min(left, zeros.length));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static int u16(byte[] file, int at) {
    return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
  }

  static byte[] big16(int value) {
    return bytes(value >> 8, value);
  }

  static byte[] big32(int value) {
    return bytes(value >> 24, value >> 16, value >> 8, value);
  }

  static byte[] little32(int value) {
    return bytes(value, value >> 8, value >> 16, value >> 24);
  }
}
