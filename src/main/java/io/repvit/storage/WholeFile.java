package io.repvit.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads small files and writes them atomically: readers see the whole file or none. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes or replaces {@code file}. There must be one writer at a time.
   *
   * @throws IOException when the file cannot be written
   */
  public static void write(FileSystem fs, Path file, byte[] content) throws IOException {
    // An S3 object becomes visible when its stream closes; elsewhere a rename makes it visible.
    Path written =
        appearsWhole(fs) ? file : new Path(file.getParent(), "_" + file.getName() + ".writing");
    try (FSDataOutputStream out = fs.create(written, true)) {
      out.write(content);
    }
    if (!written.equals(file) && !fs.rename(written, file)) {
      // HDFS does not rename to an existing file.
      fs.delete(file, false);
      if (!fs.rename(written, file)) {
        throw new IOException("cannot rename " + written + " to " + file);
      }
    }
  }

  /** Reads the whole content of a file. */
  public static byte[] read(FileSystem fs, Path file) throws IOException {
    try (FSDataInputStream in = fs.open(file)) {
      return in.readAllBytes();
    }
  }

  /** Whether a file of {@code fs} becomes visible when it is closed, and renames are copies. */
  public static boolean appearsWhole(FileSystem fs) {
    return fs.getUri().getScheme().equals("s3a");
  }
}
