package io.repvit.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An ImageIO input stream that reads a buffer without a cache. Reading throws when the thread is
 * interrupted, which stops codecs in Java.
 */
final class BufferInput extends ImageInputStreamImpl {
  private final ByteBuffer bytes;

  /** Creates a stream of the bytes from index 0 to the limit. */
  BufferInput(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    requireNotStopped();
    bitOffset = 0;
    return streamPos < bytes.limit() ? bytes.get((int) streamPos++) & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    requireNotStopped();
    bitOffset = 0;
    if (length == 0) {
      return 0;
    }
    int count = (int) Math.min(length, bytes.limit() - streamPos);
    if (count <= 0) {
      return -1;
    }
    bytes.get((int) streamPos, to, offset, count);
    streamPos += count;
    return count;
  }

  private void requireNotStopped() throws IOException {
    checkClosed();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while decoding");
    }
  }

  @Override
  public long length() {
    return bytes.limit();
  }
}
