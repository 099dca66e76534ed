package io.repvit.storage;

import org.apache.hadoop.util.DiskChecker.DiskErrorException;
import org.jspecify.annotations.Nullable;

/** Recognises failures whose cause is a full disk. No input is at fault then. */
public final class DiskFull {
  public static final String MESSAGE =
      "a disk is full: that of spark.local.dir, of fs.s3a.buffer.dir, of temporary files, or the"
          + " output's; see the log for which";

  private DiskFull() {}

  public static boolean isCauseOf(Throwable failure) {
    for (@Nullable Throwable t = failure; t != null; t = t.getCause()) {
      String message = String.valueOf(t.getMessage());
      if (t instanceof DiskErrorException
          || message.contains("No space left on device")
          || message.contains("Disk quota exceeded")) {
        return true;
      }
    }
    return false;
  }
}
