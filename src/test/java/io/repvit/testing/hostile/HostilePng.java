package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.big32;
import static io.repvit.testing.hostile.Bytes.bytes;
import static io.repvit.testing.hostile.Bytes.concat;
import static io.repvit.testing.hostile.Bytes.deflatedZeros;
import static io.repvit.testing.hostile.Bytes.noise;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/** Lies in the chunks of a PNG, under right checksums (W3C PNG, third edition, section 5). */
final class HostilePng {
  private static final int SIGNATURE = 8;
  private static final int[] SIDES = {0, 1, 3, 255, 65535, 100_000, Integer.MAX_VALUE, -1};

  private static final byte[] BOMB = deflatedZeros(100_000_000);

  private HostilePng() {}

  private record Chunk(String type, byte[] data) {}

  /** {@code png} with one lie. */
  static byte[] of(byte[] png, Random random) {
    List<Chunk> chunks = chunks(png);
    switch (random.nextInt(14)) {
      case 0 -> header(chunks, 0, big32(SIDES[random.nextInt(SIDES.length)]));
      case 1 -> header(chunks, 4, big32(SIDES[random.nextInt(SIDES.length)]));
      case 2 -> header(chunks, 8, bytes(random.nextInt(18))); // bit depth
      case 3 -> header(chunks, 9, bytes(random.nextInt(8))); // colour type
      case 4 -> header(chunks, 8, bytes(1 << random.nextInt(5), random.nextInt(7)));
      case 5 -> header(chunks, 12, bytes(random.nextInt(3))); // interlaced
      case 6 -> chunks.add(1, new Chunk("PLTE", noise(random.nextInt(900), random)));
      case 7 -> chunks.add(random.nextInt(chunks.size()), transparency(random));
      case 8 -> chunks.add(1, bomb(random));
      case 9 -> chunks.add(1, new Chunk("eXIf", noise(random.nextInt(5000), random)));
      case 10 -> splitPixels(chunks, 1 + random.nextInt(3));
      case 11 -> pixels(chunks, deflatedZeros(random.nextInt(50_000_000)));
      case 12 -> chunks.add(random.nextInt(chunks.size()), chunks.get(0));
      default -> chunks.remove(random.nextInt(chunks.size()));
    }
    return png(chunks);
  }

  static byte[] deep(int side) {
    byte[] header = concat(big32(side), big32(side), bytes(16, 6, 0, 0, 0));
    byte[] pixels = deflatedZeros((8 * side + 1) * side);
    return png(
        List.of(
            new Chunk("IHDR", header), new Chunk("IDAT", pixels), new Chunk("IEND", new byte[0])));
  }

  private static void header(List<Chunk> chunks, int at, byte[] value) {
    byte[] data = chunks.get(0).data();
    chunks.set(0, new Chunk("IHDR", Bytes.replace(data, at, at + value.length, value)));
  }

  private static Chunk transparency(Random random) {
    return new Chunk("tRNS", noise(random.nextInt(300), random));
  }

  /** A profile or text of 100 MB in 100 KB. */
  private static Chunk bomb(Random random) {
    byte[] named = concat("name\0".getBytes(ISO_8859_1), bytes(0), BOMB);
    return switch (random.nextInt(3)) {
      case 0 -> new Chunk("iCCP", named);
      case 1 -> new Chunk("zTXt", named);
      default ->
          new Chunk("iTXt", concat("XML:com.adobe.xmp\0\1\0\0\0".getBytes(ISO_8859_1), BOMB));
    };
  }

  private static void pixels(List<Chunk> chunks, byte[] deflated) {
    chunks.replaceAll(c -> c.type().equals("IDAT") ? new Chunk("IDAT", deflated) : c);
  }

  /** Pixels in chunks of a few bytes each, and empty ones between. */
  private static void splitPixels(List<Chunk> chunks, int length) {
    List<Chunk> split = new ArrayList<>();
    for (Chunk chunk : chunks) {
      if (!chunk.type().equals("IDAT")) {
        split.add(chunk);
        continue;
      }
      for (int at = 0; at < chunk.data().length; at += length) {
        int to = Math.min(chunk.data().length, at + length);
        split.add(new Chunk("IDAT", Arrays.copyOfRange(chunk.data(), at, to)));
        split.add(new Chunk("IDAT", new byte[0]));
      }
    }
    chunks.clear();
    chunks.addAll(split);
  }

  private static List<Chunk> chunks(byte[] png) {
    List<Chunk> chunks = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(png).position(SIGNATURE);
    while (in.hasRemaining()) {
      byte[] data = new byte[in.getInt()];
      byte[] type = new byte[4];
      in.get(type).get(data).getInt();
      chunks.add(new Chunk(new String(type, ISO_8859_1), data));
    }
    return chunks;
  }

  private static byte[] png(List<Chunk> chunks) {
    byte[][] parts = new byte[chunks.size() + 1][];
    parts[0] = bytes(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
    for (int i = 0; i < chunks.size(); i++) {
      byte[] data = chunks.get(i).data();
      byte[] body = concat(chunks.get(i).type().getBytes(ISO_8859_1), data);
      var crc = new CRC32();
      crc.update(body);
      parts[i + 1] = concat(big32(data.length), body, big32((int) crc.getValue()));
    }
    return concat(parts);
  }
}
