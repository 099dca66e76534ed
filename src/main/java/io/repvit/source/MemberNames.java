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

/** Makes the names of the members of one archive unique. */
final class MemberNames {
  /** Largest number of names: 4,194,304. Their hashes take 64 MiB. */
  private static final int MAX_NAMES = 1 << 22;

  /** A hash set with open addressing; 0 is an empty slot. A collision only adds a suffix. */
  private long[] hashes = new long[64];

  private int count;
  private final Map<String, Integer> last = new HashMap<>();

  /**
   * Decodes a name as UTF-8, or in {@code other}, a single-byte character set, if it is invalid.
   */
  static String decode(byte[] name, Charset other) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException e) {
      return new String(name, other);
    }
  }

  /**
   * Returns {@code name} for the first member of that name, {@code name#2} for the second, and so
   * on.
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

  /** Adds {@code name}; returns whether it is new. */
  boolean add(String name) throws IOException {
    if (count == MAX_NAMES) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "found more than %d members, which is the limit; split the archive",
              MAX_NAMES));
    }
    if (2 * count >= hashes.length) {
      long[] before = hashes;
      hashes = new long[2 * before.length];
      for (long hash : before) {
        if (hash != 0) {
          hashes[slot(hash)] = hash;
        }
      }
    }
    long hash = hash(name);
    int slot = slot(hash);
    if (hashes[slot] == hash) {
      return false;
    }
    hashes[slot] = hash;
    count++;
    return true;
  }

  boolean contains(String name) {
    long hash = hash(name);
    return hashes[slot(hash)] == hash;
  }

  /** The slot that has the hash, or the empty slot for it. */
  private int slot(long hash) {
    int slot = (int) hash & hashes.length - 1;
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = slot + 1 & hashes.length - 1;
    }
    return slot;
  }

  private static long hash(String name) {
    long hash = MurmurHash3.hash128x64(name.getBytes(StandardCharsets.UTF_8))[0];
    return hash == 0 ? 1 : hash;
  }
}
