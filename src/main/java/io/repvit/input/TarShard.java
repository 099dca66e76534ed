package io.repvit.input;

import io.repvit.input.Quarantined.Stage;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A tar file, plain or compressed by gzip, in the <a
 * href="https://github.com/webdataset/webdataset">layout of WebDataset</a>, read in one go. Members
 * that share a path up to the first dot of the name are one sample, and the rest of the name tells
 * what they are. Each image of a sample is an image of the run, {@code shard.tar#member}; other
 * members are carried with it when asked for.
 *
 * @param carry extensions of members to carry
 */
record TarShard(List<String> carry) implements Shard {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int RECORD_BYTES = 512;

  /** Of a member, with its extended names and attributes: 1 MiB. */
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private static final List<String> COMPRESSED = List.of(".tar.gz", ".tgz");

  @Override
  public List<String> endings() {
    return List.of(".tar", ".tar.gz", ".tgz");
  }

  private static boolean isCompressed(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return COMPRESSED.stream().anyMatch(lower::endsWith);
  }

  private static InputStream content(ImageObject shard, InputStream raw) throws IOException {
    return isCompressed(shard.path()) ? new Gunzip(raw) : raw;
  }

  @Override
  public void read(ImageObject shard, ObjectReader reader, long maxBytes, Sink sink)
      throws IOException {
    var sample = new TarSample(carry, maxBytes, sink);
    try (var raw = reader.open(shard);
        var in = new BufferedInputStream(content(shard, raw), BUFFER_BYTES);
        var tar = new MarkedTar(in)) {
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        TarMember member = TarMember.of(entry.getName());
        if (member != null && !entry.isDirectory()) {
          read(tar, entry, member, sample, shard, maxBytes);
        }
      }
      tar.requireEnd(in);
    } catch (IOException e) {
      sample.breakOff(e);
      throw e;
    }
    sample.end();
  }

  private static void read(
      TarArchiveInputStream tar,
      TarArchiveEntry entry,
      TarMember member,
      TarSample sample,
      ImageObject shard,
      long maxBytes)
      throws IOException {
    sample.begin(member.key());
    if (!member.isImage()) {
      if (sample.carries(member.extension())) {
        carry(tar, entry, member, sample);
      }
      return;
    }
    var image =
        shard.member(entry.getName(), entry.getSize(), entry.getLastModifiedDate().getTime());
    if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink() || entry.isSparse()) {
      sample.add(ObjectReader.failed(image, Stage.LIST, "NO_FILE", "a link or sparse file"));
    } else if (entry.getSize() == 0) {
      sample.add(ObjectReader.failed(image, Stage.LIST, "EMPTY", "the member has no bytes"));
    } else if (entry.getSize() > maxBytes) {
      sample.add(
          ObjectReader.failed(
              image,
              Stage.LIST,
              "TOO_MANY_BYTES",
              String.format(
                  Locale.ROOT,
                  "the member has %d bytes, at most %d are read",
                  entry.getSize(),
                  maxBytes)));
    } else {
      byte[] bytes;
      try {
        bytes = bytes(tar, entry);
      } catch (IOException e) {
        sample.add(ObjectReader.failed(image, e));
        throw e;
      }
      sample.add(new Fetched.Bytes(image, bytes));
    }
  }

  private static void carry(
      TarArchiveInputStream tar, TarArchiveEntry entry, TarMember member, TarSample sample)
      throws IOException {
    if (entry.getSize() > TarSample.MAX_CARRIED_BYTES) {
      sample.refuse(
          String.format(
              Locale.ROOT,
              "%s has %d bytes, at most %d are carried",
              entry.getName(),
              entry.getSize(),
              TarSample.MAX_CARRIED_BYTES));
    } else {
      sample.carry(member.extension(), bytes(tar, entry));
    }
  }

  private static byte[] bytes(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
    byte[] bytes = tar.readNBytes((int) entry.getSize());
    if (bytes.length < entry.getSize()) {
      throw new EOFException(
          String.format(
              Locale.ROOT,
              "%s ends after %d of %d bytes",
              entry.getName(),
              bytes.length,
              entry.getSize()));
    }
    return bytes;
  }

  /** Knows whether it came to the mark of the end, or only to the end. */
  private static final class MarkedTar extends TarArchiveInputStream {
    private boolean marked;
    private boolean inHeader;
    private int headerBytes;

    MarkedTar(InputStream in) {
      // In blocks of one record, for the library skips the rest of a block unseen.
      super(in, RECORD_BYTES, RECORD_BYTES);
    }

    /** Whatever a damaged header makes the library throw, it is the shard's fault. */
    @Nullable TarArchiveEntry next() throws IOException {
      if (getCurrentEntry() != null) {
        transferTo(OutputStream.nullOutputStream());
      }
      inHeader = true;
      headerBytes = 0;
      try {
        return getNextEntry();
      } catch (RuntimeException e) {
        throw new IOException("damaged header: " + e.getMessage(), e);
      } finally {
        inHeader = false;
      }
    }

    /** The library reads names and attributes of any length into memory. */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (inHeader && read > 0) {
        headerBytes += read;
        if (headerBytes > MAX_HEADER_BYTES) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "a header has more than the %d bytes that are read",
                  MAX_HEADER_BYTES));
        }
      }
      return read;
    }

    @Override
    protected boolean isEOFRecord(byte @Nullable [] record) {
      boolean end = super.isEOFRecord(record);
      marked |= end && record != null;
      return end;
    }

    /** Behind the mark there may be empty blocks. */
    void requireEnd(InputStream in) throws IOException {
      if (!marked) {
        throw new EOFException("the shard ends without the mark of its end");
      }
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != 0) {
          throw new IOException("the shard goes on behind the mark of its end");
        }
      }
    }
  }
}
