package io.repvit.storage;

import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small files that readers see whole or not at all. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * Writes {@code place}, which may stand there already; one writer at a time.
   *
   * @throws IOException when it cannot be written
   */
  public static void write(FileSystem fs, Path place, byte[] content) throws IOException {
    // An S3 object appears when its stream closes; elsewhere a rename makes it whole.
    Path written =
        appearsWhole(fs) ? place : new Path(place.getParent(), "_" + place.getName() + ".writing");
    try (FSDataOutputStream out = fs.create(written, true)) {
      out.write(content);
    }
    if (!written.equals(place) && !fs.rename(written, place)) {
      // HDFS renames to no name that is taken.
      fs.delete(place, false);
      if (!fs.rename(written, place)) {
        throw new IOException("cannot rename " + written + " to " + place);
      }
    }
  }

  /** The content of a file that {@link #write} made. */
  public static byte[] read(FileSystem fs, Path place) throws IOException {
    try (FSDataInputStream in = fs.open(place)) {
      return in.readAllBytes();
    }
  }

  /** Whether files of {@code fs} appear when they are closed, and renaming them would copy. */
  public static boolean appearsWhole(FileSystem fs) {
    return fs.getUri().getScheme().equals("s3a");
  }
}
