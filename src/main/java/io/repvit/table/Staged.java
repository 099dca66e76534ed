package io.repvit.table;

import java.io.IOException;

/** Staged rows: no reader sees them, and they can be deleted. */
interface Staged {
  /** Deletes the rows. */
  void abort() throws IOException;

  /**
   * Deletes the rows after a failure. If that fails too, the second failure is suppressed: another
   * attempt may have deleted the same rows.
   */
  default void abortAfter(Throwable cause) {
    try {
      abort();
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
