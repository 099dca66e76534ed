package io.repvit.cli;

import java.io.PrintWriter;

/**
 * Prints status to standard error: on a terminal one line that is overwritten, otherwise a line
 * each.
 */
final class StatusLine implements AutoCloseable {
  private final PrintWriter err;
  private final boolean terminal;
  private int shown;

  StatusLine(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  void show(String text) {
    if (terminal) {
      // The cursor stays at the beginning, so that a log message overwrites the line.
      err.print(text + " ".repeat(Math.max(0, shown - text.length())) + "\r");
      shown = text.length();
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Ends the last line. */
  @Override
  public void close() {
    if (shown > 0) {
      shown = 0;
      err.println();
      err.flush();
    }
  }
}
