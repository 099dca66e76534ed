package io.repvit.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Local files that take so many bytes and no more, and then say what the kernel says. */
public final class QuotaFileSystem extends LocalFileSystem {
  /** Spark properties that put it in the place of local files. */
  static final Map<String, String> PROPERTIES =
      Map.of(
          "spark.hadoop.fs.file.impl",
          QuotaFileSystem.class.getName(),
          "spark.hadoop.fs.file.impl.disable.cache",
          "true");

  /** What may still be written in this JVM. */
  static final AtomicLong BYTES_LEFT = new AtomicLong(Long.MAX_VALUE);

  public QuotaFileSystem() {
    super(new Raw());
  }

  private static final class Raw extends RawLocalFileSystem {
    @Override
    protected OutputStream createOutputStreamWithMode(
        Path file, boolean append, FsPermission permission) throws IOException {
      return new Bounded(super.createOutputStreamWithMode(file, append, permission));
    }
  }

  private static final class Bounded extends FilterOutputStream {
    Bounded(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (BYTES_LEFT.addAndGet(-length) < 0) {
        throw new IOException("No space left on device");
      }
      out.write(bytes, offset, length);
    }
  }
}
