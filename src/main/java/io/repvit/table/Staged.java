package io.repvit.table;

import java.io.IOException;

/** Rows that nobody sees yet and that can be dropped. */
interface Staged {
  void abort() throws IOException;

  /**
   * Drops the rows after a failure. What fails on the way is no cause: others may have dropped them
   * at the same time.
   */
  default void abortAfter(Throwable cause) {
    try {
      abort();
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
