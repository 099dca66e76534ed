package io.repvit.checkpoint;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestInputStream;
import java.security.MessageDigest;

/**
 * Reads a file once from the first byte to the last and computes its SHA-256 on the way. Skipped
 * bytes are hashed too, so the hash covers exactly the bytes that were read. The caller closes the
 * stream.
 */
final class HashedInput {
  private static final int CHUNK_BYTES = 1 << 16;

  private final String file;
  private final MessageDigest digest = Sha256.digest();
  private final InputStream in;
  private long position;

  /**
   * @param file name for messages
   * @param in positioned at the first byte of the file
   */
  HashedInput(String file, InputStream in) {
    this.file = file;
    this.in = new DigestInputStream(new BufferedInputStream(in, CHUNK_BYTES), digest);
  }

  /**
   * Reads the next {@code n} bytes.
   *
   * @param n checked by the caller against the size of the file
   */
  byte[] bytes(int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new CheckpointException(file, "was truncated while it was read");
    }
    position += n;
    return bytes;
  }

  /** Reads the next {@code count} elements. */
  float[] floats(DType dtype, ByteOrder order, int count) throws IOException {
    float[] values = new float[count];
    int perChunk = CHUNK_BYTES / dtype.bytes();
    for (int i = 0; i < count; ) {
      int n = Math.min(perChunk, count - i);
      var bytes = ByteBuffer.wrap(bytes(n * dtype.bytes())).order(order);
      for (int end = i + n; i < end; i++) {
        values[i] = dtype.next(bytes);
      }
    }
    return values;
  }

  /**
   * Skips to a later byte.
   *
   * @param target offset in the file, not before the current position
   */
  void skipTo(long target) throws IOException {
    if (target < position) {
      throw new IllegalArgumentException("cannot go back from " + position + " to " + target);
    }
    while (position < target) {
      bytes((int) Math.min(CHUNK_BYTES, target - position));
    }
  }

  /**
   * Requires that the file ends here.
   *
   * @return SHA-256 of the file, lower-case hex
   * @throws CheckpointException if the file has more bytes
   */
  String end() throws IOException {
    if (in.read() != -1) {
      throw new CheckpointException(file, "grew while it was read");
    }
    return Sha256.hex(digest);
  }
}
