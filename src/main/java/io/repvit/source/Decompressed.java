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
 * The content of a file that gzip or bzip2 has compressed, which may be several parts one behind
 * the other. It takes little memory whatever the file says; what inflates without end is refused.
 */
final class Decompressed extends InputStream {
  /** Deflate reaches 1032; archives of images have about 1, of text 10. */
  private static final int MAX_RATIO = 100;

  /** Content before anything is said of a ratio, in which a few empty blocks weigh much: 16 MiB. */
  private static final long UNJUDGED_BYTES = 16 << 20;

  /** A record of tar. With the byte that is damaged all is lost that was asked for with it. */
  private static final int MAX_READ_BYTES = 512;

  private static final int BUFFER_BYTES = 64 << 10;

  /** Bytes that tell one form from another. */
  private static final int MAGIC_BYTES = 6;

  /** Forms that are not read, by their first bytes in hexadecimal. */
  private static final Map<String, String> NOT_READ =
      Map.of("28b52ffd", "zstd", "fd377a585a00", "xz", "04224d18", "lz4", "504b0304", "zip");

  private final CompressorInputStream in;
  private final String form;

  private Decompressed(CompressorInputStream in, String form) {
    this.in = in;
    this.form = form;
  }

  /**
   * The content of {@code file}, whose first bytes tell how it is compressed, whatever its name is;
   * of a file that is not compressed the file itself.
   *
   * @param file closed with what is returned; not when this fails
   * @throws IOException when it is compressed in a way that is not read
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
    for (Map.Entry<String, String> form : NOT_READ.entrySet()) {
      if (magic.startsWith(form.getKey())) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "the content is %s; tar is read as it is, or compressed by gzip or bzip2: pack it anew",
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
      throw new IOException(String.format(Locale.ROOT, "damaged %s: %s", form, e), e);
    }
    long compressed = ((InputStreamStatistics) in).getCompressedCount();
    long content = ((InputStreamStatistics) in).getUncompressedCount();
    if (content > UNJUDGED_BYTES + MAX_RATIO * compressed) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "%d bytes of %s inflate to more than %d, at most %d times as many are read",
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
