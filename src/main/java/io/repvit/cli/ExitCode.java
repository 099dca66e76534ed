package io.repvit.cli;

/** What schedulers read. */
public final class ExitCode {
  /** Done; tables are published. */
  public static final int DONE = 0;

  /** Bad configuration or input; nothing was started. Also what picocli says of bad options. */
  public static final int BAD_INPUT = 2;

  /** Nothing to do. */
  public static final int NOTHING_NEW = 3;

  /** More images in quarantine, or more drift, than allowed; nothing is published. */
  public static final int LIMIT_EXCEEDED = 4;

  /** Failed midway; safe to run again. */
  public static final int FAILED = 5;

  private ExitCode() {}
}
