package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.replace;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Lies in the headers of formats that are little more than headers: BMP, GIF, PNM, TIFF. */
public final class HostileHeader {
  private static final int[] NUMBERS = {
    0, 1, 2, 3, 8, 255, 256, 4096, 65535, 65536, 1 << 24, Integer.MAX_VALUE, Integer.MIN_VALUE, -1
  };
  private static final int HEADER = 64;
  private static final int ENTRY = 12;

  private HostileHeader() {}

  /** {@code image} with one to three lies. */
  public static byte[] of(byte[] image, Random random) {
    byte[] file = image.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      file = lie(file, random);
    }
    return file;
  }

  private static byte[] lie(byte[] file, Random random) {
    if (file.length < HEADER) {
      return file;
    }
    boolean little = file[0] == 'I';
    if (little || (file[0] == 'M' && file[1] == 'M')) {
      return field(file, little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN, random);
    }
    return number(file, random.nextInt(HEADER), ByteOrder.LITTLE_ENDIAN, random);
  }

  /** A tag, type, count or value of a TIFF's directory. */
  private static byte[] field(byte[] file, ByteOrder order, Random random) {
    int directory = ByteBuffer.wrap(file).order(order).getInt(4);
    if (directory < 8 || directory > file.length - 2) {
      return number(file, 4, order, random);
    }
    int entries = ByteBuffer.wrap(file).order(order).getShort(directory) & 0xff;
    int within = new int[] {0, 2, 4, 8, 8, 8, 10}[random.nextInt(7)];
    return number(
        file, directory + 2 + ENTRY * random.nextInt(entries + 1) + within, order, random);
  }

  private static byte[] number(byte[] file, int at, ByteOrder order, Random random) {
    int size = new int[] {1, 2, 4}[random.nextInt(3)];
    int value = NUMBERS[random.nextInt(NUMBERS.length)];
    byte[] four = ByteBuffer.allocate(4).order(order).putInt(value).array();
    byte[] bytes = new byte[size];
    System.arraycopy(four, order == ByteOrder.BIG_ENDIAN ? 4 - size : 0, bytes, 0, size);
    return at + size > file.length ? file : replace(file, at, at + size, bytes);
  }
}
