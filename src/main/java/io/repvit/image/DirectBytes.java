package io.repvit.image;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory that is kept from one image to the next and grows when it must. It is the JVM's own
 * direct memory, so a view that outlives its owner reads stale pixels, never foreign memory.
 */
final class DirectBytes {
  /** Growth beyond what is asked, so that slowly rising sizes do not allocate each time. */
  private static final int SPARE_FRACTION = 4;

  /** 16 MiB: memory above it is given back when an image needs less than a quarter of it. */
  private static final int KEPT_BYTES = 16 << 20;

  private @Nullable ByteBuffer bytes;

  /** Ensures at least this many bytes; contents are not kept. */
  ByteBuffer atLeast(int length) {
    ByteBuffer held = bytes;
    if (held == null
        || held.capacity() < length
        || (held.capacity() > KEPT_BYTES && length < held.capacity() / 4)) {
      release();
      int capacity = (int) Math.min(Integer.MAX_VALUE, length + (long) length / SPARE_FRACTION);
      held = ByteBuffer.allocateDirect(capacity);
      bytes = held;
    }
    return held.clear();
  }

  void release() {
    bytes = null;
  }
}
