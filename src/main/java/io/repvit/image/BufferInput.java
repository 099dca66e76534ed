package io.repvit.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.stream.ImageInputStreamImpl;

/** A buffer as ImageIO wants to read it: without the cache, on disk or heap, of its own streams. */
final class BufferInput extends ImageInputStreamImpl {
  private final ByteBuffer bytes;

  /** Of the bytes from 0 to the limit. */
  BufferInput(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  @Override
  public int read() throws IOException {
    checkClosed();
    bitOffset = 0;
    return streamPos < bytes.limit() ? bytes.get((int) streamPos++) & 0xff : -1;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    checkClosed();
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

  @Override
  public long length() {
    return bytes.limit();
  }
}
