package io.repvit.cli;

import java.io.PrintWriter;

/**
 * What a command is doing, on standard error: a line that is rewritten on a terminal, else lines.
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
      // The cursor stays at the beginning, so that a line of the log takes the place of this one.
      err.print(text + " ".repeat(Math.max(0, shown - text.length())) + "\r");
      shown = text.length();
    } else {
      err.println(text);
    }
    err.flush();
  }

  /** Leaves the last line where it is. */
  @Override
  public void close() {
    if (shown > 0) {
      shown = 0;
      err.println();
      err.flush();
    }
  }
}
