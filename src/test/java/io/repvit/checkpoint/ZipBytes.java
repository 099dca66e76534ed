package io.repvit.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Writes zip files of stored entries, whose headers may be told to lie. */
final class ZipBytes {
  /** Offsets in an entry of the directory: flags, method, sizes, local header. */
  static final int FLAGS = 8;

  static final int METHOD = 10;
  static final int STORED_SIZE = 20;
  static final int SIZE = 24;
  static final int HEADER = 42;

  /** Offsets in the end of the directory: disk, entries, length, offset, comment. */
  static final int DISK = 4;

  static final int COUNT_HERE = 8;
  static final int COUNT = 10;
  static final int LENGTH = 12;
  static final int OFFSET = 16;
  static final int COMMENT = 20;

  private static final int END = -1;

  @SuppressWarnings("ArrayRecordComponent")
  private record Entry(String name, byte[] data) {}

  private record Lie(int entry, int offset, long value, int width) {}

  private final List<Entry> entries = new ArrayList<>();
  private final List<Lie> lies = new ArrayList<>();

  /** A file of torch.save with this pickle, and one storage of four values 1, 2, 3, 4. */
  static ZipBytes checkpoint(byte[] pickle) {
    var values = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    values.putFloat(1).putFloat(2).putFloat(3).putFloat(4);
    return new ZipBytes().add("a/data.pkl", pickle).add("a/data/0", values.array());
  }

  ZipBytes add(String name, byte[] data) {
    entries.add(new Entry(name, data));
    return this;
  }

  /** Overwrites a number of the directory, in the entry of this index. */
  ZipBytes lie(int entry, int offset, long value, int width) {
    lies.add(new Lie(entry, offset, value, width));
    return this;
  }

  /** Overwrites a number of the end of the directory. */
  ZipBytes lieAtEnd(int offset, long value, int width) {
    return lie(END, offset, value, width);
  }

  byte[] bytes() {
    var out = new ByteArrayOutputStream();
    var directory = new ByteArrayOutputStream();
    for (int i = 0; i < entries.size(); i++) {
      Entry e = entries.get(i);
      byte[] name = e.name().getBytes(UTF_8);
      int header = out.size();
      var local = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
      out.writeBytes(local.putInt(0, 0x04034b50).putShort(26, (short) name.length).array());
      out.writeBytes(name);
      out.writeBytes(e.data());
      var entry = ByteBuffer.allocate(46).order(ByteOrder.LITTLE_ENDIAN);
      entry.putInt(0, 0x02014b50).putInt(STORED_SIZE, e.data().length);
      entry.putInt(SIZE, e.data().length).putShort(28, (short) name.length).putInt(HEADER, header);
      tell(i, entry);
      directory.writeBytes(entry.array());
      directory.writeBytes(name);
    }
    int offset = out.size();
    out.writeBytes(directory.toByteArray());
    var end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
    end.putInt(0, 0x06054b50).putShort(COUNT_HERE, (short) entries.size());
    end.putShort(COUNT, (short) entries.size())
        .putInt(LENGTH, directory.size())
        .putInt(OFFSET, offset);
    tell(END, end);
    out.writeBytes(end.array());
    return out.toByteArray();
  }

  private void tell(int entry, ByteBuffer bytes) {
    for (Lie lie : lies) {
      if (lie.entry() == entry && lie.width() == Short.BYTES) {
        bytes.putShort(lie.offset(), (short) lie.value());
      } else if (lie.entry() == entry) {
        bytes.putInt(lie.offset(), (int) lie.value());
      }
    }
  }
}
