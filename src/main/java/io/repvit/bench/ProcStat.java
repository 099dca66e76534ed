package io.repvit.bench;

/**
 * A line of {@code /proc/PID/stat} or {@code /proc/PID/task/TID/stat}, see proc(5).
 *
 * @param name of the program or thread, its first 15 bytes
 * @param seconds processor time of its own
 * @param ofChildren processor time of the children that it has waited for, and of theirs, seconds
 */
record ProcStat(String name, double seconds, double ofChildren) {
  /** Linux counts processor time in hundredths of a second for programs, {@code USER_HZ}. */
  private static final double TICKS_PER_SECOND = 100;

  /** Columns after the name, which is in parentheses and may have blanks and parentheses. */
  private static final int USER = 11;

  private static final int SYSTEM = 12;
  private static final int CHILDREN_USER = 13;
  private static final int CHILDREN_SYSTEM = 14;

  static ProcStat parse(String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    String[] columns = close < open ? new String[0] : line.substring(close + 1).strip().split(" ");
    if (open < 0 || columns.length <= CHILDREN_SYSTEM) {
      throw new IllegalArgumentException("no line of /proc/PID/stat: " + line);
    }
    return new ProcStat(
        line.substring(open + 1, close),
        seconds(columns[USER], columns[SYSTEM]),
        seconds(columns[CHILDREN_USER], columns[CHILDREN_SYSTEM]));
  }

  private static double seconds(String user, String system) {
    return (Long.parseLong(user) + Long.parseLong(system)) / TICKS_PER_SECOND;
  }
}
