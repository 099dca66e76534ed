package io.repvit.image;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A buffer as ImageIO wants to read it: without the cache, on disk or heap, of its own streams. A
 * reader whose thread is interrupted gets no more of it.
 */
final class BufferInput extends ImageInputStreamImpl {
  private final ByteBuffer bytes;

  /** Of the bytes from 0 to the limit. */
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
      throw new InterruptedIOException("stopped while decoding");
    }
  }

  @Override
  public long length() {
    return bytes.limit();
  }
}
