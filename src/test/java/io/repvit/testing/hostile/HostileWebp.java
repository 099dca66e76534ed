package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.bytes;
import static io.repvit.testing.hostile.Bytes.concat;
import static io.repvit.testing.hostile.Bytes.little32;
import static io.repvit.testing.hostile.Bytes.noise;
import static io.repvit.testing.hostile.Bytes.replace;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Random;

/** Lies in the chunks of a WebP (RFC 9649). */
final class HostileWebp {
  private static final int[] LENGTHS = {0, 1, 9, 10, 255, 65536, Integer.MAX_VALUE, -1, -2};
  private static final int FIRST_CHUNK = 12;
  private static final int CHUNK_HEAD = 8;

  private HostileWebp() {}

  /** {@code webp} with one lie. */
  static byte[] of(byte[] webp, Random random) {
    byte[] chunks = Arrays.copyOfRange(webp, FIRST_CHUNK, webp.length);
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    return switch (random.nextInt(9)) {
      case 0 -> replace(webp, 4, 8, little32(length));
      case 1 -> replace(webp, FIRST_CHUNK + 4, FIRST_CHUNK + CHUNK_HEAD, little32(length));
      case 2 -> riff(concat(extended(random), chunks));
      case 3 -> riff(concat(chunks, extended(random)));
      case 4 -> riff(concat(chunk("ALPH", noise(random.nextInt(500), random)), chunks));
      case 5 -> riff(concat(chunks, chunk("EXIF", noise(random.nextInt(5000), random))));
      case 6 -> riff(concat(chunk("ICCP", noise(random.nextInt(50_000), random)), chunks));
      case 7 -> riff(concat(chunks, chunks)); // two pictures
      // Sizes, partitions, colour caches and Huffman codes stand first.
      default -> {
        int at = FIRST_CHUNK + CHUNK_HEAD + random.nextInt(Math.min(24, webp.length - 20));
        yield replace(webp, at, at + 1, bytes(random.nextInt(256)));
      }
    };
  }

  private static byte[] extended(Random random) {
    return chunk("VP8X", concat(bytes(random.nextInt(64), 0, 0, 0), noise(6, random)));
  }

  private static byte[] chunk(String type, byte[] data) {
    byte[] head = concat(type.getBytes(ISO_8859_1), little32(data.length));
    return concat(head, data, new byte[data.length & 1]);
  }

  private static byte[] riff(byte[] chunks) {
    byte[] head = concat("RIFF".getBytes(ISO_8859_1), little32(chunks.length + 4));
    return concat(head, "WEBP".getBytes(ISO_8859_1), chunks);
  }
}
