package io.repvit.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first image file directory of a TIFF (TIFF 6.0, section 2). Reads fields with integer values;
 * all positions are checked against the length of the file.
 */
final class TiffDirectory {
  /** Largest number of values of a field: enough for 268 million pixels in 16x16 tiles. */
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

  /** Returns the number of values of a field; 0 if the field is absent. */
  long count(int tag) throws ImageException {
    Long entry = entries.get(tag);
    return entry == null ? 0 : u32(entry + 4);
  }

  /** Returns the first value of a field; {@code otherwise} if the field is absent. */
  long number(int tag, long otherwise) throws ImageException {
    return has(tag) ? number(tag, 0, 0L) : otherwise;
  }

  /** Returns one value of a field; {@code otherwise} if the field is absent. */
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
      default -> throw TiffPage.corrupt("tag %d has type %d, needs an integer type", tag, type);
    };
  }

  /** Returns the position of the values of an entry: inside it if they have at most 4 bytes. */
  private long values(long entry) throws ImageException {
    int type = u16(entry + 2);
    if (type < 1 || type >= TYPE_BYTES.length) {
      throw TiffPage.corrupt("tag %d has unknown type %d", u16(entry), type);
    }
    long length = TYPE_BYTES[type] * u32(entry + 4);
    long at = length <= 4 ? entry + 8 : u32(entry + 8);
    bytes.need(at, length);
    return at;
  }

  /** Returns the bytes of a directory with these fields only, without a next directory. */
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
