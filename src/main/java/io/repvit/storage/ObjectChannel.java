package io.repvit.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * An object for readers that jump, read in blocks of 4 MiB: mostly forward, so that few blocks are
 * read twice. Closing closes the stream.
 */
public final class ObjectChannel implements SeekableByteChannel {
  private static final int BLOCK_BYTES = 4 << 20;

  private final FSDataInputStream in;
  private final long size;
  private final byte[] block;
  private long blockStart;
  private int blockLength;
  private long position;
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

  /** From now on {@code bytes} can be read, jumps not counted; to read more is an error. */
  public void allow(long bytes) {
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
      throw new IOException("the directory of the archive is too long to be read");
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
