package io.repvit.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.compressors.CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.utils.InputStreamStatistics;

/**
 * Decompresses a gzip or bzip2 file, which may have several concatenated members. Its memory does
 * not depend on the file, and decompression bombs are refused.
 */
final class Decompressed extends InputStream {
  /** Largest compression ratio. Deflate reaches 1032; images have about 1, text about 10. */
  private static final int MAX_RATIO = 100;

  /**
   * Size from which the ratio is checked: 16 MiB. In a smaller file a few empty blocks would give a
   * large ratio.
   */
  private static final long UNCHECKED_BYTES = 16 << 20;

  /** Longest read: a tar record. A read that reaches a damaged byte fails as a whole. */
  private static final int MAX_READ_BYTES = 512;

  private static final int BUFFER_BYTES = 64 << 10;

  /** Number of bytes that identify a format. */
  private static final int MAGIC_BYTES = 6;

  /** Formats that are not supported, by their magic bytes in hexadecimal. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of("28b52ffd", "zstd", "fd377a585a00", "xz", "04224d18", "lz4", "504b0304", "zip");

  private final CompressorInputStream in;
  private final String form;

  private Decompressed(CompressorInputStream in, String form) {
    this.in = in;
    this.form = form;
  }

  /**
   * Opens the content of {@code file}. Its magic bytes decide how it is decompressed, not its name.
   * A file that is not compressed is returned as it is.
   *
   * @param file the file; it is closed with the returned stream, but not when this method fails
   * @throws IOException when the compression is not supported
   */
  static InputStream of(InputStream file) throws IOException {
    var buffered = new BufferedInputStream(file, BUFFER_BYTES);
    buffered.mark(MAGIC_BYTES);
    String magic = HexFormat.of().formatHex(buffered.readNBytes(MAGIC_BYTES));
    buffered.reset();
    if (magic.startsWith("1f8b")) {
      return new Decompressed(new GzipCompressorInputStream(buffered, true), "gzip");
    }
    if (magic.startsWith("425a68")) {
      return new Decompressed(new BZip2CompressorInputStream(buffered, true), "bzip2");
    }
    for (Map.Entry<String, String> form : UNSUPPORTED.entrySet()) {
      if (magic.startsWith(form.getKey())) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "found %s, expected tar, uncompressed or compressed by gzip or bzip2; repack the shard",
                form.getValue()));
      }
    }
    return buffered;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n;
    try {
      n = in.read(bytes, offset, Math.min(length, MAX_READ_BYTES));
    } catch (RuntimeException e) {
      throw new IOException(
          String.format(Locale.ROOT, "the %s data is damaged (%s); copy the shard again", form, e),
          e);
    }
    long compressed = ((InputStreamStatistics) in).getCompressedCount();
    long content = ((InputStreamStatistics) in).getUncompressedCount();
    if (content > UNCHECKED_BYTES + MAX_RATIO * compressed) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%d bytes of %s inflate to more than %d, expected at most %d times as many; repack the"
                  + " shard without compression",
              compressed,
              form,
              content,
              MAX_RATIO));
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
