package io.repvit.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first directory of a TIFF (TIFF 6.0, section 2): where each field's values stand. Whole
 * numbers are read from it; everything is checked against the end of the file.
 */
final class TiffDirectory {
  /** Of one field that is decoded, or of strips and tiles: 16x16 tiles of 268 million pixels. */
  static final int MOST_VALUES = 1 << 20;

  private static final int ENTRY_BYTES = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  /** Sizes of the types 1 to 12, bytes. */
  private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

  private final EncodedBytes bytes;
  private final boolean little;
  private final Map<Integer, Long> entries = new TreeMap<>();
  private final long nextDirectory;

  TiffDirectory(EncodedBytes bytes) throws ImageException {
    this.bytes = bytes;
    little = bytes.startsWith(0, "II");
    if (u16(2) != 42) {
      throw TiffPage.unsupported("a BigTIFF");
    }
    long at = u32(4);
    int count = u16(at);
    for (int i = 0; i < count; i++) {
      long entry = at + 2 + (long) ENTRY_BYTES * i;
      bytes.need(entry, ENTRY_BYTES);
      entries.putIfAbsent(u16(entry), entry);
    }
    nextDirectory = u32(at + 2 + (long) ENTRY_BYTES * count);
  }

  boolean lastPage() {
    return nextDirectory == 0;
  }

  boolean has(int tag) {
    return entries.containsKey(tag);
  }

  /** How many values a field has; 0 without it. */
  long count(int tag) throws ImageException {
    Long entry = entries.get(tag);
    return entry == null ? 0 : u32(entry + 4);
  }

  /** A field of one whole number. */
  long number(int tag, long otherwise) throws ImageException {
    return has(tag) ? number(tag, 0, 0L) : otherwise;
  }

  /** One of a field's values. */
  long number(int tag, int index, long otherwise) throws ImageException {
    Long entry = entries.get(tag);
    if (entry == null) {
      return otherwise;
    }
    if (index >= count(tag)) {
      throw TiffPage.corrupt("tag %d has %d values, needs %d", tag, count(tag), index + 1);
    }
    int type = u16(entry + 2);
    long at = values(entry);
    return switch (type) {
      case BYTE -> bytes.u8(at + index);
      case SHORT -> u16(at + 2L * index);
      case LONG -> u32(at + 4L * index);
      default -> throw TiffPage.corrupt("tag %d has type %d, needs a whole number", tag, type);
    };
  }

  /** Where the values of an entry stand: within it when four bytes hold them. */
  private long values(long entry) throws ImageException {
    int type = u16(entry + 2);
    if (type < 1 || type >= TYPE_BYTES.length) {
      throw TiffPage.corrupt("tag %d has type %d", u16(entry), type);
    }
    long length = TYPE_BYTES[type] * u32(entry + 4);
    long at = length <= 4 ? entry + 8 : u32(entry + 8);
    bytes.need(at, length);
    return at;
  }

  /** The bytes of a directory of these fields only, and no directory behind it. */
  byte[] copyOf(int... tags) throws ImageException {
    var kept = new TreeMap<>(entries);
    kept.keySet().retainAll(Arrays.stream(tags).boxed().toList());
    byte[] copy = new byte[2 + ENTRY_BYTES * kept.size() + 4];
    copy[little ? 0 : 1] = (byte) kept.size();
    int at = 2;
    for (long entry : kept.values()) {
      if (u32(entry + 4) > MOST_VALUES) {
        throw TiffPage.unsupported(
            String.format(
                Locale.ROOT,
                "tag %d with %d values, more than %d,",
                u16(entry),
                u32(entry + 4),
                MOST_VALUES));
      }
      values(entry);
      bytes.buffer().get((int) entry, copy, at, ENTRY_BYTES);
      at += ENTRY_BYTES;
    }
    return copy;
  }

  boolean little() {
    return little;
  }

  private int u16(long at) throws ImageException {
    return little ? bytes.u16LittleEndian(at) : bytes.u16(at);
  }

  private long u32(long at) throws ImageException {
    return little ? bytes.u32LittleEndian(at) : bytes.u32(at);
  }

  @Override
  public String toString() {
    return "TIFF directory with tags " + entries.keySet();
  }
}
