package io.repvit.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.repvit.source.Quarantined.Stage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tar file, uncompressed or compressed by gzip or bzip2, in the <a
 * href="https://github.com/webdataset/webdataset">layout of WebDataset</a>, sequentially. Members
 * with the same path up to the first dot of the name are one sample; the rest of the name is the
 * extension of the member. Each image of a sample is an image of the run, {@code shard.tar#member}.
 * Other members are carried with it if {@code carry} has their extension.
 *
 * @param carry extensions of members to carry
 */
record TarShard(List<String> carry) implements Shard {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int RECORD_BYTES = 512;

  /** Largest header of a member with its extended names and attributes: 1 MiB. */
  private static final int MAX_HEADER_BYTES = 1 << 20;

  /** Messages of the library for a file that is not tar or is truncated. */
  private static final Pattern DAMAGED =
      Pattern.compile("Corrupted TAR|Truncated TAR|Error detected parsing");

  /** A pax record with the path: its length, then {@code path=}. */
  private static final Pattern PAX_PATH = Pattern.compile("(?<![0-9])([0-9]{1,8}) path=");

  @Override
  public List<String> endings() {
    return List.of(".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz");
  }

  @Override
  public void read(SourceObject shard, ObjectReader reader, long maxBytes, Sink sink)
      throws IOException {
    var samples = new TarSamples(carry, maxBytes, sink);
    try (var raw = reader.open(shard);
        var in = new BufferedInputStream(Decompressed.of(raw), BUFFER_BYTES);
        var tar = new MarkedTar(in)) {
      var members = new Members(tar, samples, shard, maxBytes, sink);
      for (TarArchiveEntry entry = tar.next(); entry != null; entry = tar.next()) {
        if (!entry.isDirectory()) {
          members.read(entry);
        }
        if (sink.isEnded()) {
          return;
        }
      }
      samples.end();
      tar.requireEnd(in);
    } catch (IOException e) {
      samples.breakOff(e);
      throw e;
    }
  }

  /** Reads the members of one shard. */
  private static final class Members {
    private final MarkedTar tar;
    private final TarSamples samples;
    private final SourceObject shard;
    private final long maxBytes;
    private final Sink sink;
    private final MemberNames names = new MemberNames();

    Members(MarkedTar tar, TarSamples samples, SourceObject shard, long maxBytes, Sink sink) {
      this.tar = tar;
      this.samples = samples;
      this.shard = shard;
      this.maxBytes = maxBytes;
      this.sink = sink;
    }

    void read(TarArchiveEntry entry) throws IOException {
      String name = tar.name(entry);
      TarMember member = TarMember.of(name);
      if (member == null || !member.isImage() && !samples.carries(member.extension())) {
        sink.leaveOut();
        return;
      }
      var object =
          shard.member(names.unique(name), entry.getSize(), entry.getLastModifiedDate().getTime());
      if (!sink.wants(object.path())) {
        return;
      }
      if (member.isImage()) {
        samples.add(member.key(), image(entry, member, object));
      } else if (entry.getSize() > TarSamples.MAX_CARRIED_BYTES) {
        samples.refuse(
            member.key(),
            String.format(
                Locale.ROOT,
                "the member %s has %d bytes, expected at most %d to carry it",
                name,
                entry.getSize(),
                TarSamples.MAX_CARRIED_BYTES));
      } else {
        samples.carry(member.key(), member.extension(), object, bytes(entry, name));
      }
    }

    private Fetched image(TarArchiveEntry entry, TarMember member, SourceObject image)
        throws IOException {
      if (!isPlain(entry)) {
        return ObjectReader.failed(
            image,
            Stage.LIST,
            "NO_FILE",
            "the member is a link, a device or a sparse file; pack the file itself");
      }
      if (entry.getSize() == 0) {
        return ObjectReader.failed(image, Stage.LIST, "EMPTY", "the member has no bytes");
      }
      if (entry.getSize() > maxBytes) {
        return ObjectReader.failed(
            image,
            Stage.LIST,
            "TOO_MANY_BYTES",
            String.format(
                Locale.ROOT,
                "the member has %d bytes, expected at most %d (max-image-bytes)",
                entry.getSize(),
                maxBytes));
      }
      try {
        return new Fetched.Bytes(image, bytes(entry, image.path()));
      } catch (IOException e) {
        samples.add(member.key(), ObjectReader.failed(image, e));
        throw e;
      }
    }

    private static boolean isPlain(TarArchiveEntry entry) {
      return entry.isFile()
          && !entry.isLink()
          && !entry.isSymbolicLink()
          && !entry.isSparse()
          && !entry.isCharacterDevice()
          && !entry.isBlockDevice()
          && !entry.isFIFO();
    }

    private byte[] bytes(TarArchiveEntry entry, String name) throws IOException {
      byte[] bytes = tar.readNBytes((int) entry.getSize());
      if (bytes.length < entry.getSize()) {
        throw new EOFException(
            String.format(
                Locale.ROOT,
                "the member %s ends after %d of %d bytes: the shard is truncated; copy it again",
                name,
                bytes.length,
                entry.getSize()));
      }
      return bytes;
    }
  }

  /** A tar stream that checks for the records that end a tar file. */
  private static final class MarkedTar extends TarArchiveInputStream {
    private boolean marked;
    private boolean inHeader;

    /** The extended headers of a member: long names and attributes. */
    private final ByteArrayOutputStream extended = new ByteArrayOutputStream();

    MarkedTar(InputStream in) {
      // Blocks have one record, because the library skips the rest of a block without reading it.
      // ISO-8859-1 keeps the bytes of names; name() decodes them.
      super(in, RECORD_BYTES, RECORD_BYTES, ISO_8859_1.name());
    }

    /**
     * Reads the next header. Every exception of the library for a damaged header is an I/O error.
     */
    @Nullable TarArchiveEntry next() throws IOException {
      try {
        if (getCurrentEntry() != null) {
          transferTo(OutputStream.nullOutputStream());
        }
        inHeader = true;
        extended.reset();
        return getNextEntry();
      } catch (RuntimeException e) {
        throw damaged(e);
      } catch (IOException e) {
        throw DAMAGED.matcher(String.valueOf(e.getMessage())).lookingAt() ? damaged(e) : e;
      } finally {
        inHeader = false;
      }
    }

    private IOException damaged(Exception e) {
      return new IOException(
          String.format(
              Locale.ROOT,
              "found no tar header at byte %d, or the file is truncated; copy the shard again or repack it",
              getBytesRead()),
          e);
    }

    /**
     * The name of a member, decoded as UTF-8, or as ISO-8859-1 if it is not valid UTF-8. The
     * library always decodes names in pax attributes as UTF-8 and ignores {@code hdrcharset}, so
     * this method takes their bytes from the header.
     */
    String name(TarArchiveEntry entry) {
      String name = entry.getName();
      String attributes = extended.toString(ISO_8859_1);
      Matcher path = PAX_PATH.matcher(attributes);
      while (path.find()) {
        int end = path.start() + Integer.parseInt(path.group(1));
        if (end > path.end() && end <= attributes.length() && attributes.charAt(end - 1) == '\n') {
          name = attributes.substring(path.end(), end - 1);
        }
      }
      return MemberNames.decode(name.getBytes(ISO_8859_1), ISO_8859_1);
    }

    /** Limits the headers, because the library reads names and attributes of any length. */
    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      if (inHeader && read > 0) {
        extended.write(buffer, offset, read);
        if (extended.size() > MAX_HEADER_BYTES) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "a header has more than %d bytes, which is the limit; repack the shard",
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

    /** Requires the records that end a tar file, followed by nothing but zeros. */
    void requireEnd(InputStream in) throws IOException {
      if (!marked) {
        throw new EOFException(
            String.format(
                Locale.ROOT,
                "the file ends at byte %d without the empty records that end a tar file; it may be truncated: copy it again",
                getBytesRead()));
      }
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next != 0) {
          throw new IOException(
              String.format(
                  Locale.ROOT,
                  "found data after the records that end the tar file at byte %d, which is not read; make concatenated tar files separate shards",
                  getBytesRead()));
        }
      }
    }
  }
}
