package io.repvit.image;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that is reused from image to image and grows as needed. A large buffer is freed
 * explicitly when it is released: garbage collection of the small heap objects would free it too
 * late, and direct memory would run out. Small buffers are left to the garbage collector.
 */
final class DirectBytes {
  /** Divisor of the extra capacity that avoids an allocation for each slightly larger image. */
  private static final int SPARE_FRACTION = 4;

  /** Largest extra capacity: 4 MiB. */
  private static final int MOST_SPARE_BYTES = 4 << 20;

  /** 16 MiB: a larger buffer is freed when an image needs less than a quarter of it. */
  private static final int KEPT_BYTES = 16 << 20;

  private static final MethodHandle FREE = free();

  private @Nullable ByteBuffer bytes;

  /** Returns a buffer of at least {@code length} bytes. Earlier contents and views are invalid. */
  ByteBuffer atLeast(int length) {
    ByteBuffer held = bytes;
    if (held == null
        || held.capacity() < length
        || (held.capacity() > KEPT_BYTES && length < held.capacity() / 4)) {
      release();
      long spare = Math.min(MOST_SPARE_BYTES, length / SPARE_FRACTION);
      int capacity = (int) Math.min(Integer.MAX_VALUE, length + spare);
      held = ByteBuffer.allocateDirect(capacity);
      bytes = held;
    }
    return held.clear();
  }

  void release() {
    ByteBuffer held = bytes;
    bytes = null;
    if (held != null && held.capacity() > KEPT_BYTES) {
      try {
        FREE.invoke(held);
      } catch (Throwable e) {
        throw new IllegalStateException("direct memory cannot be freed", e);
      }
    }
  }

  /** Returns {@code Unsafe.invokeCleaner}, the JDK's only way to free a direct buffer. */
  private static MethodHandle free() {
    try {
      Class<?> unsafe = Class.forName("sun.misc.Unsafe");
      Field only = unsafe.getDeclaredField("theUnsafe");
      only.setAccessible(true);
      return MethodHandles.lookup()
          .findVirtual(unsafe, "invokeCleaner", MethodType.methodType(void.class, ByteBuffer.class))
          .bindTo(only.get(null));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }
}
