package io.repvit.source;

import io.repvit.source.Quarantined.Stage;
import io.repvit.storage.ObjectChannel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.archivers.zip.ZipMethod;

/**
 * Reads a zip archive: first its central directory, then its members in physical order. Every
 * member is an image, {@code archive.zip#member}, unless a part of its path starts with {@code _}
 * or {@code .}. A member gets no more memory than the largest image, whatever its header says.
 */
public record ZipShard() implements Shard {
  private static final Charset CP437 = Charset.forName("IBM437");

  /** Largest central directory: 16 MiB, about 160,000 members. */
  private static final long MAX_DIRECTORY_BYTES = 16 << 20;

  @Override
  public List<String> endings() {
    return List.of(".zip");
  }

  @Override
  public void read(SourceObject shard, ObjectReader reader, long maxBytes, Sink sink)
      throws IOException {
    try (var channel = new ObjectChannel(reader.open(shard), shard.length());
        ZipFile zip = directory(channel)) {
      var names = new MemberNames();
      Enumeration<ZipArchiveEntry> entries = zip.getEntriesInPhysicalOrder();
      while (entries.hasMoreElements() && !sink.isEnded()) {
        ZipArchiveEntry entry = entries.nextElement();
        String name = name(entry);
        if (entry.isDirectory()) {
          continue;
        }
        if (isHidden(name)) {
          sink.leaveOut();
          continue;
        }
        String unique = names.unique(name);
        if (sink.wants(shard.path() + "#" + unique)) {
          sink.accept(read(zip, entry, unique, shard, maxBytes));
        }
      }
    }
  }

  private static boolean isHidden(String name) {
    return Stream.of(name.split("/")).anyMatch(NamePattern::isHidden);
  }

  /** The name in the encoding that the archive declares (bit 11, field 0x7075), UTF-8 or CP437. */
  private static String name(ZipArchiveEntry entry) {
    byte[] raw = entry.getRawName();
    return raw == null || entry.getNameSource() == ZipArchiveEntry.NameSource.UNICODE_EXTRA_FIELD
        ? entry.getName()
        : MemberNames.decode(raw, CP437);
  }

  /** Reads only the central directory. The local header of a member is read with the member. */
  private static ZipFile directory(ObjectChannel channel) throws IOException {
    channel.allow(MAX_DIRECTORY_BYTES);
    try {
      return ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get();
    } catch (RuntimeException e) {
      throw noDirectory(e);
    } catch (IOException e) {
      // The library wraps exceptions of its own and of the channel.
      IOException found = e.getCause() instanceof IOException cause ? cause : e;
      throw found instanceof ZipException || found instanceof EOFException
          ? noDirectory(found)
          : found;
    } finally {
      channel.allow(Long.MAX_VALUE);
    }
  }

  private static IOException noDirectory(Exception found) {
    return new IOException(
        String.format(
            Locale.ROOT,
            "the central directory of the zip archive is missing or damaged (%s); the file may be truncated: copy it again, or repair it with zip -FF",
            found.getMessage()),
        found);
  }

  private static Fetched read(
      ZipFile zip, ZipArchiveEntry entry, String name, SourceObject shard, long maxBytes)
      throws IOException {
    var image =
        shard.member(name, Math.max(SourceObject.UNKNOWN, entry.getSize()), entry.getTime());
    if (!zip.canReadEntryData(entry)) {
      return ObjectReader.failed(
          image,
          Stage.FETCH,
          "UNREADABLE_MEMBER",
          entry.getGeneralPurposeBit().usesEncryption()
              ? "the member is encrypted; pack it without a password"
              : String.format(
                  Locale.ROOT,
                  "the member is compressed by method %d (%s), which is not supported; pack it with deflate",
                  entry.getMethod(),
                  ZipMethod.getMethodByCode(entry.getMethod())));
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
          : damaged(image, "length or checksum differ from the central directory");
    } catch (ZipException e) {
      return damaged(image, ObjectReader.message(e));
    } catch (IOException | RuntimeException e) {
      // The central directory has the offset of the next member, so reading continues.
      return ObjectReader.failed(image, e instanceof IOException io ? io : new IOException(e));
    }
  }

  private static Fetched damaged(SourceObject image, String message) {
    return ObjectReader.failed(image, Stage.FETCH, "DAMAGED_MEMBER", message);
  }

  private static long crc(byte[] bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static Fetched tooManyBytes(SourceObject image, long maxBytes) {
    return ObjectReader.failed(
        image,
        Stage.LIST,
        "TOO_MANY_BYTES",
        String.format(
            Locale.ROOT, "the member has more than %d bytes (max-image-bytes)", maxBytes));
  }
}
