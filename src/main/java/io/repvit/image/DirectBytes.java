package io.repvit.image;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Direct memory that is kept from one image to the next and grows when it must. Large memory is
 * freed when it is let go of: the JVM would free it with the heap's garbage, and in a folder of
 * large and small images take all that it may before that. What is small is left to the JVM.
 */
final class DirectBytes {
  /** Growth beyond what is asked, so that slowly rising sizes do not allocate each time. */
  private static final int SPARE_FRACTION = 4;

  /** 4 MiB, the most of it: what large images take is bounded by their pixels. */
  private static final int MOST_SPARE_BYTES = 4 << 20;

  /** 16 MiB: memory above it is given back when an image needs less than a quarter of it. */
  private static final int KEPT_BYTES = 16 << 20;

  private static final MethodHandle FREE = free();

  private @Nullable ByteBuffer bytes;

  /** Ensures at least this many bytes; contents are not kept. Views from before are no more. */
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

  /** {@code Unsafe.invokeCleaner}, the JDK's only way (module jdk.unsupported). */
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
