package io.repvit.image;

import java.util.function.Supplier;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps codecs from writing to standard error while they decode. libjpeg, libpng and OpenCV print
 * lines there that name no file, and OpenCV's interface cannot stop them. They write through the
 * stream {@code stderr} of the C library; the JVM does not, so its log is unaffected.
 *
 * <p>A stream of glibc begins with a word of a magic number and flags (libio.h). One flag forbids
 * writing. With any other C library nothing is changed, and codecs write their lines.
 */
final class CodecStderr {
  private static final int MAGIC_MASK = 0xffff0000;
  private static final int MAGIC = 0xfbad0000;
  private static final int NO_WRITES = 8;

  private static final @Nullable IntPointer FLAGS = flags();

  /** Codecs at work in this JVM. */
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

  /** Runs a codec. While any one runs in this JVM, nothing is written to the stream. */
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
