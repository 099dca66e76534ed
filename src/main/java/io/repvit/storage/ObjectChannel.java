package io.repvit.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Locale;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A seekable channel over an object. It reads aligned blocks of 4 MiB and keeps one, so readers
 * that mostly move forward read few blocks twice. Closing the channel closes the stream.
 */
public final class ObjectChannel implements SeekableByteChannel {
  private static final int BLOCK_BYTES = 4 << 20;

  private final FSDataInputStream in;
  private final long size;
  private final byte[] block;
  private long blockStart;
  private int blockLength;
  private long position;
  private long limit = Long.MAX_VALUE;
  private long allowed = Long.MAX_VALUE;
  private boolean open = true;

  /**
   * @param size length of the object, bytes
   */
  public ObjectChannel(FSDataInputStream in, long size) {
    this.in = in;
    this.size = size;
    block = new byte[(int) Math.min(BLOCK_BYTES, size)];
  }

  /** Limits the bytes that can be read from now on. Reading more throws; seeks do not count. */
  public void allow(long bytes) {
    limit = bytes;
    allowed = bytes;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (position >= size) {
      return -1;
    }
    if (position < blockStart || position >= blockStart + blockLength) {
      blockLength = 0;
      blockStart = position - position % BLOCK_BYTES;
      int length = (int) Math.min(block.length, size - blockStart);
      in.readFully(blockStart, block, 0, length);
      blockLength = length;
    }
    int from = (int) (position - blockStart);
    int count = Math.min(target.remaining(), blockLength - from);
    if (count > allowed) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "the directory of the archive has more than %d bytes, which is the limit; split the"
                  + " archive",
              limit));
    }
    allowed -= count;
    target.put(block, from, count);
    position += count;
    return count;
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long target) {
    position = target;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    in.close();
  }
}
