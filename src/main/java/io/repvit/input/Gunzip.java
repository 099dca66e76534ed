package io.repvit.input;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The content of a gzip file, which may be several one behind the other. It takes little memory
 * whatever the file says; what inflates without end is refused.
 */
final class Gunzip extends InputStream {
  /** Deflate reaches 1032; archives of images have about 1, of text 10. */
  private static final int MAX_RATIO = 100;

  /** Content before anything is said of a ratio, in which a few empty blocks weigh much: 16 MiB. */
  private static final long UNJUDGED_BYTES = 16 << 20;

  /** A record of tar. With the byte that is damaged all is lost that was asked for with it. */
  private static final int MAX_READ_BYTES = 512;

  private static final int BUFFER_BYTES = 64 << 10;

  private final GzipCompressorInputStream in;

  /**
   * Reads the first header.
   *
   * @param compressed closed with this; not when this fails
   * @throws IOException when it is no gzip
   */
  Gunzip(InputStream compressed) throws IOException {
    in = new GzipCompressorInputStream(new BufferedInputStream(compressed, BUFFER_BYTES), true);
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int n = in.read(bytes, offset, Math.min(length, MAX_READ_BYTES));
    if (in.getUncompressedCount() > UNJUDGED_BYTES + MAX_RATIO * in.getCompressedCount()) {
      throw new IOException(
          "%d bytes of gzip inflate to more than %d, at most %d times as many are read"
              .formatted(in.getCompressedCount(), in.getUncompressedCount(), MAX_RATIO));
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
