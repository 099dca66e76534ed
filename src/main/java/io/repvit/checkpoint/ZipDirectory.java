package io.repvit.checkpoint;

import static io.repvit.checkpoint.CheckpointException.quoted;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The central directory of a zip file as {@code torch.save} writes it. Compressed entries are
 * refused, so no entry can be larger than the file. No bytes may follow the directory.
 *
 * <p>Source: <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">PKWARE,
 * APPNOTE.TXT</a>, sections 4.3.7, 4.3.12, 4.3.16.
 *
 * @param offset of the directory in the file, in bytes
 * @param bytes from the directory to the end of the file
 * @param entries by name
 */
@SuppressWarnings("ArrayRecordComponent") // No caller compares directories with equals().
record ZipDirectory(long offset, byte[] bytes, Map<String, Entry> entries) {

  /** 8 MiB. A directory with {@link #MAX_ENTRIES} entries and PyTorch's names has 4 MB. */
  private static final int MAX_BYTES = 8 << 20;

  /** The limit of a zip file without zip64. RepViT-M2.3 with its optimiser has 5,371 entries. */
  private static final int MAX_ENTRIES = 0xffff - 1;

  private static final int END_SIGNATURE = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int ENTRY_SIGNATURE = 0x02014b50;
  private static final int ENTRY_BYTES = 46;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int ENCRYPTED = 1;

  /** The fixed part of a local header. The name and the extra field follow it. */
  static final int LOCAL_BYTES = 30;

  /**
   * One entry of the zip file.
   *
   * @param header offset of its local header in the file
   * @param size of its data in bytes
   * @param limit offset of the next local header or of the directory; the data must end before
   */
  record Entry(String name, long header, long size, long limit) {

    /**
     * Returns the offset of the data in the file.
     *
     * @param local the first {@link #LOCAL_BYTES} bytes of its local header
     */
    long data(String file, byte[] local) {
      var buffer = ByteBuffer.wrap(local).order(ByteOrder.LITTLE_ENDIAN);
      long data = header + LOCAL_BYTES + u16(buffer, 26) + u16(buffer, 28);
      if (buffer.getInt(0) != LOCAL_SIGNATURE) {
        throw new CheckpointException(
            file, "zip entry " + quoted(name) + " has no local header at byte " + header);
      }
      if (data + size > limit) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "zip entry %s ends at byte %d and overlaps the next entry at byte %d",
                quoted(name),
                data + size,
                limit));
      }
      return data;
    }
  }

  /**
   * Reads and checks a directory.
   *
   * @param file name for messages
   * @throws CheckpointException for each defect; the message names the entry if there is one
   */
  static ZipDirectory read(String file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < END_BYTES) {
      throw new CheckpointException(
          file, String.format(Locale.ROOT, "is a zip file of %d bytes; is it truncated?", size));
    }
    var end = at(file, channel, size - END_BYTES, END_BYTES);
    if (end.getInt(0) != END_SIGNATURE || u16(end, 20) != 0) {
      throw new CheckpointException(
          file, "does not end with a zip directory; it is truncated or has trailing bytes");
    }
    int count = u16(end, 10);
    long length = u32(end, 12);
    long offset = u32(end, 16);
    if (u16(end, 4) != 0 || u16(end, 6) != 0 || u16(end, 8) != count) {
      throw new CheckpointException(
          file, "is one volume of a split zip file, expected a single file");
    }
    if (count > MAX_ENTRIES || length > MAX_BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has a zip directory of %d entries and %d bytes, at most %d entries and %d bytes are"
                  + " supported",
              count,
              length,
              MAX_ENTRIES,
              MAX_BYTES));
    }
    // PyTorch writes zip64 records between the directory and its end record.
    long tail = size - offset;
    if (tail > MAX_BYTES || offset + length > size - END_BYTES) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has a zip directory at bytes %d to %d of %d; is the file truncated?",
              offset,
              offset + length,
              size));
    }
    ByteBuffer directory = at(file, channel, offset, (int) tail);
    byte[] bytes = directory.array();
    directory.limit((int) length);
    return new ZipDirectory(offset, bytes, entries(file, directory, count, offset));
  }

  private static Map<String, Entry> entries(
      String file, ByteBuffer directory, int count, long offset) {
    List<Entry> listed = new ArrayList<>();
    while (directory.hasRemaining()) {
      listed.add(entry(file, directory));
    }
    if (listed.size() != count) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "has a zip directory of %d entries, its end record declares %d",
              listed.size(),
              count));
    }
    listed.sort(Comparator.comparingLong(Entry::header).reversed());
    Map<String, Entry> entries = new HashMap<>();
    long limit = offset;
    for (Entry e : listed) {
      var bounded = new Entry(e.name(), e.header(), e.size(), limit);
      if (e.header() + LOCAL_BYTES + e.size() > limit) {
        throw new CheckpointException(
            file,
            String.format(
                Locale.ROOT,
                "zip entry %s of %d bytes at byte %d overlaps the next entry at byte %d",
                quoted(e.name()),
                e.size(),
                e.header(),
                limit));
      }
      if (entries.put(e.name(), bounded) != null) {
        throw new CheckpointException(file, "has two zip entries " + quoted(e.name()));
      }
      limit = e.header();
    }
    return entries;
  }

  private static Entry entry(String file, ByteBuffer in) {
    int start = in.position();
    if (in.remaining() < ENTRY_BYTES || in.getInt(start) != ENTRY_SIGNATURE) {
      throw new CheckpointException(
          file, "has a damaged zip directory: no entry at byte " + start + " of it");
    }
    int variable = u16(in, start + 28);
    int end = start + ENTRY_BYTES + variable + u16(in, start + 30) + u16(in, start + 32);
    if (end > in.limit()) {
      throw new CheckpointException(
          file, "has a damaged zip directory: the entry at byte " + start + " of it is truncated");
    }
    var name = new String(in.array(), start + ENTRY_BYTES, variable, StandardCharsets.UTF_8);
    long size = u32(in, start + 24);
    if ((u16(in, start + 8) & ENCRYPTED) != 0) {
      throw new CheckpointException(file, "zip entry " + quoted(name) + " is encrypted");
    }
    if (u16(in, start + 10) != 0 || u32(in, start + 20) != size) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "zip entry %s is compressed, expected stored entries; save the file with torch.save",
              quoted(name)));
    }
    in.position(end);
    return new Entry(name, u32(in, start + 42), size, Long.MAX_VALUE);
  }

  /** Returns the data of a small entry, or null if the entry does not exist. */
  byte @Nullable [] find(String file, FileChannel channel, String name, int maxBytes)
      throws IOException {
    Entry entry = entries.get(name);
    if (entry == null) {
      return null;
    }
    if (entry.size() > maxBytes) {
      throw new CheckpointException(
          file,
          String.format(
              Locale.ROOT,
              "zip entry %s has %d bytes, at most %d are supported",
              quoted(name),
              entry.size(),
              maxBytes));
    }
    long data = entry.data(file, at(file, channel, entry.header(), LOCAL_BYTES).array());
    return at(file, channel, data, (int) entry.size()).array();
  }

  private static ByteBuffer at(String file, FileChannel channel, long position, int n)
      throws IOException {
    var buffer = ByteBuffer.allocate(n).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new CheckpointException(file, "was truncated while it was read");
      }
    }
    return buffer.flip();
  }

  private static int u16(ByteBuffer in, int index) {
    return Short.toUnsignedInt(in.getShort(index));
  }

  private static long u32(ByteBuffer in, int index) {
    return Integer.toUnsignedLong(in.getInt(index));
  }
}
