package io.repvit.input;

import io.repvit.input.Quarantined.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip archive, read by its directory and then from its beginning to its end. Every member is an
 * image, {@code archive.zip#member}, unless a part of its path begins with {@code _} or {@code .}.
 * No member gets more memory than the longest image, whatever it says of itself.
 */
record ZipShard() implements Shard {
  /** Longest directory that is read: 16 MiB, about 160,000 members. */
  private static final long MAX_DIRECTORY_BYTES = 16 << 20;

  @Override
  public List<String> endings() {
    return List.of(".zip");
  }

  @Override
  public void read(ImageObject shard, ObjectReader reader, long maxBytes, Sink sink)
      throws IOException {
    try (var channel = new ObjectChannel(reader.open(shard), shard.length());
        ZipFile zip = directory(channel)) {
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements()) {
        ZipArchiveEntry entry = entries.nextElement();
        if (!entry.isDirectory()
            && Stream.of(entry.getName().split("/")).noneMatch(NamePattern::isHidden)) {
          sink.accept(read(zip, entry, shard, maxBytes));
        }
      }
    }
  }

  /** Reads the directory alone: what stands before each member is read when its turn comes. */
  private static ZipFile directory(ObjectChannel channel) throws IOException {
    channel.allow(MAX_DIRECTORY_BYTES);
    try {
      return ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get();
    } catch (RuntimeException e) {
      throw new IOException("damaged directory: " + e.getMessage(), e);
    } finally {
      channel.allow(Long.MAX_VALUE);
    }
  }

  private static Fetched read(ZipFile zip, ZipArchiveEntry entry, ImageObject shard, long maxBytes)
      throws IOException {
    var image =
        shard.member(
            entry.getName(), Math.max(ImageObject.UNKNOWN, entry.getSize()), entry.getTime());
    if (!zip.canReadEntryData(entry)) {
      return ObjectReader.failed(
          image,
          Stage.FETCH,
          "UNREADABLE_MEMBER",
          entry.getGeneralPurposeBit().usesEncryption()
              ? "is encrypted"
              : String.format(
                  Locale.ROOT,
                  "is compressed by method %d, which is not supported",
                  entry.getMethod()));
    }
    if (entry.getSize() == 0) {
      return ObjectReader.failed(image, Stage.LIST, "EMPTY", "the member has no bytes");
    }
    if (entry.getSize() > maxBytes) {
      return tooManyBytes(image, maxBytes);
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE, maxBytes + 1));
      if (bytes.length > maxBytes) {
        return tooManyBytes(image, maxBytes);
      }
      return bytes.length == entry.getSize() && crc(bytes) == entry.getCrc()
          ? new Fetched.Bytes(image, bytes)
          : damaged(image, "length or checksum differ from the directory's");
    } catch (ZipException e) {
      return damaged(image, ObjectReader.message(e));
    } catch (IOException | RuntimeException e) {
      // The directory tells where the next one is.
      return ObjectReader.failed(image, e instanceof IOException io ? io : new IOException(e));
    }
  }

  private static Fetched damaged(ImageObject image, String message) {
    return ObjectReader.failed(image, Stage.FETCH, "DAMAGED_MEMBER", message);
  }

  private static long crc(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static Fetched tooManyBytes(ImageObject image, long maxBytes) {
    return ObjectReader.failed(
        image,
        Stage.LIST,
        "TOO_MANY_BYTES",
        String.format(
            Locale.ROOT, "the member has more than the %d bytes that are read", maxBytes));
  }
}
