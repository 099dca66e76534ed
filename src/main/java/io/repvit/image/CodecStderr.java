package io.repvit.image;

import java.util.function.Supplier;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Suppresses the output of codecs on standard error while they decode. libjpeg, libpng and OpenCV
 * print lines that name no file, and OpenCV has no setting against that. They write to the stream
 * {@code stderr} of the C library; the JVM does not use that stream, so its log is unaffected.
 *
 * <p>A glibc stream starts with a word that holds a magic number and flags (libio.h). One flag
 * forbids writing. With other C libraries nothing is suppressed.
 */
final class CodecStderr {
  private static final int MAGIC_MASK = 0xffff0000;
  private static final int MAGIC = 0xfbad0000;
  private static final int NO_WRITES = 8;

  private static final @Nullable IntPointer FLAGS = flags();

  /** Number of codecs that run in this JVM. */
  private static int users;

  private CodecStderr() {}

  private static @Nullable IntPointer flags() {
    Pointer variable = Loader.addressof("stderr");
    if (variable == null || variable.isNull()) {
      return null;
    }
    var flags = new IntPointer(new PointerPointer<>(variable).get());
    return !flags.isNull() && (flags.get() & MAGIC_MASK) == MAGIC ? flags : null;
  }

  /** Runs a codec. The stream is muted while any codec runs in this JVM. */
  static <T> T muted(Supplier<T> codec) {
    forbid(1);
    try {
      return codec.get();
    } finally {
      forbid(-1);
    }
  }

  private static synchronized void forbid(int more) {
    users += more;
    if (FLAGS != null) {
      int others = FLAGS.get() & ~NO_WRITES;
      FLAGS.put(users > 0 ? others | NO_WRITES : others);
    }
  }
}
