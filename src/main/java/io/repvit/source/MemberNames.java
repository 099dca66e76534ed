package io.repvit.source;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.codec.digest.MurmurHash3;

/** Names of the members of one archive, each given once. */
final class MemberNames {
  /** Most names of one archive: 4,194,304. Their hashes take 64 MiB. */
  private static final int MAX_NAMES = 1 << 22;

  /** Open addressing; 0 is an empty place. A false match costs a suffix only. */
  private long[] hashes = new long[64];

  private int count;
  private final Map<String, Integer> last = new HashMap<>();

  /** The name that bytes are in UTF-8, or else in {@code other}, in which all bytes are letters. */
  static String decode(byte[] name, Charset other) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      return new String(name, other);
    }
  }

  /**
   * The name, or when it was given before {@code name#2}, {@code name#3} and so on: the second and
   * third member of that name.
   *
   * @throws IOException when there are too many names
   */
  String unique(String name) throws IOException {
    String unique = name;
    while (!add(unique)) {
      unique += "#" + last.merge(unique, 2, (n, two) -> n + 1);
    }
    return unique;
  }

  /** Whether {@code name} was not there yet; it is now. */
  boolean add(String name) throws IOException {
    if (count == MAX_NAMES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "has more than the %d members that are read of one archive; split it",
              MAX_NAMES));
    }
    if (2 * count >= hashes.length) {
      long[] before = hashes;
      hashes = new long[2 * before.length];
      for (long hash : before) {
        if (hash != 0) {
          hashes[place(hash)] = hash;
        }
      }
    }
    long hash = hash(name);
    int place = place(hash);
    if (hashes[place] == hash) {
      return false;
    }
    hashes[place] = hash;
    count++;
    return true;
  }

  boolean contains(String name) {
    long hash = hash(name);
    return hashes[place(hash)] == hash;
  }

  /** Where a hash is, or would be. */
  private int place(long hash) {
    int place = (int) hash & hashes.length - 1;
    while (hashes[place] != 0 && hashes[place] != hash) {
      place = place + 1 & hashes.length - 1;
    }
    return place;
  }

  private static long hash(String name) {
    long hash = MurmurHash3.hash128x64(name.getBytes(StandardCharsets.UTF_8))[0];
    return hash == 0 ? 1 : hash;
  }
}
