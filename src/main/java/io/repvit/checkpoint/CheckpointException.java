package io.repvit.checkpoint;

/**
 * A checkpoint cannot be used. The message says where, what was found, what was expected. The one
 * exception, beside {@link java.io.IOException}, that a file can cause, whatever is in it.
 */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Longer names are cut in messages; PyTorch's have up to 100 characters. */
  private static final int MAX_QUOTED = 120;

  /**
   * @param file name of the file
   * @param problem found, expected, remedy
   */
  public CheckpointException(String file, String problem) {
    super(file + ": " + problem);
  }

  CheckpointException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** As above, about one tensor. */
  public static CheckpointException of(String file, String tensor, String problem) {
    return new CheckpointException(file, "tensor " + quoted(tensor) + " " + problem);
  }

  /** What a file calls something, fit for one line of a terminal. */
  static String quoted(String name) {
    var quoted = new StringBuilder("'");
    name.codePoints()
        .limit(MAX_QUOTED)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(quoted::appendCodePoint);
    return quoted.append(name.length() > MAX_QUOTED ? "...'" : "'").toString();
  }
}
