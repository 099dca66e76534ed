package io.repvit.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages files as no writer would: flipped bits, other lengths, pieces cut out, doubled, moved or
 * lost. The same seed gives the same damage.
 */
public final class Mutations {
  private static final int MOST_CHANGES = 4;
  private static final int LONGEST_PIECE = 64;
  private static final long[] LENGTHS = {
    0,
    1,
    -1,
    7,
    255,
    256,
    65535,
    65536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    0xffffffffL,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Mutations() {}

  /** Reads one damaged file. */
  public interface Reader {
    void read(byte[] file) throws Exception;
  }

  /**
   * Reads {@code count} damaged files and fails, naming the seed, when one ends in another way than
   * success or the documented exception.
   *
   * @return how many were refused
   */
  public static int survive(
      List<byte[]> originals,
      long firstSeed,
      int count,
      Class<? extends Exception> documented,
      Reader reader) {
    int refused = 0;
    for (long seed = firstSeed; seed < firstSeed + count; seed++) {
      try {
        reader.read(of(originals, seed));
      } catch (Throwable e) { // an Error is what is looked for, too
        if (e.getClass() != documented) {
          fail("the file of seed %d ends in %s".formatted(seed, e), e);
        }
        refused++;
      }
    }
    return refused;
  }

  /** The damaged file of one seed. */
  public static byte[] of(List<byte[]> originals, long seed) {
    var random = new Random(seed);
    byte[] file = originals.get(random.nextInt(originals.size())).clone();
    for (int i = random.nextInt(MOST_CHANGES); i >= 0 && file.length > 0; i--) {
      file = change(file, random);
    }
    return file;
  }

  private static byte[] change(byte[] file, Random random) {
    int at = random.nextInt(file.length);
    int piece = 1 + random.nextInt(Math.min(LONGEST_PIECE, file.length - at));
    switch (random.nextInt(8)) {
      case 0 -> file[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> file[at] = (byte) random.nextInt(256);
      case 2, 3 -> length(file, at, random);
      case 4 -> {
        return replace(file, at, at + piece, new byte[0]);
      }
      case 5 -> {
        int from = random.nextInt(file.length);
        byte[] other = Arrays.copyOfRange(file, from, Math.min(file.length, from + piece));
        return replace(file, at, at, other);
      }
      case 6 -> {
        byte[] other = new byte[piece];
        random.nextBytes(other);
        return replace(file, at, at + piece, other);
      }
      default -> {
        return random.nextInt(4) == 0 ? Arrays.copyOf(file, at) : file;
      }
    }
    return file;
  }

  /** Two, four or eight bytes, little-endian, become a number that breaks arithmetic. */
  private static void length(byte[] file, int at, Random random) {
    long value =
        random.nextBoolean()
            ? LENGTHS[random.nextInt(LENGTHS.length)]
            : random.nextInt(file.length + 2);
    byte[] bytes =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    int width = Math.min(2 << random.nextInt(3), file.length - at);
    System.arraycopy(bytes, 0, file, at, width);
  }

  private static byte[] replace(byte[] file, int from, int to, byte[] with) {
    var changed = ByteBuffer.allocate(file.length - (to - from) + with.length);
    changed.put(file, 0, from).put(with).put(file, to, file.length - to);
    return changed.array();
  }
}
