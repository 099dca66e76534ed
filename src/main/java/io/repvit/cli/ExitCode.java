package io.repvit.cli;

/** Exit codes of the commands. */
public final class ExitCode {
  /** Done; a run of classify is published. */
  public static final int DONE = 0;

  /**
   * Wrong settings or input, or a missing permission; another try gives the same. picocli uses the
   * same code for wrong options.
   */
  public static final int BAD_INPUT = 2;

  /** The input has no objects, or all are scored. */
  public static final int NOTHING_NEW = 3;

  /** The quarantine rate or the drift is above a limit; the run is not published. */
  public static final int LIMIT_EXCEEDED = 4;

  /**
   * Failed midway, or another attempt holds the lease of the run; it is safe to start the command
   * again.
   */
  public static final int FAILED = 5;

  private ExitCode() {}
}
