package io.repvit.checkpoint;

import io.repvit.UncheckedUserException;

/**
 * A checkpoint cannot be used. The message names the file and, if there is one, the tensor, then
 * says what was found and what was expected. No content of a file causes another exception than
 * this one or {@link java.io.IOException}.
 */
public final class CheckpointException extends UncheckedUserException {
  private static final long serialVersionUID = 1L;

  /** Messages cut names at this many characters. Names in PyTorch checkpoints have up to 100. */
  private static final int MAX_QUOTED = 120;

  /**
   * @param file name of the file
   * @param problem what was found, what was expected, and what to do
   */
  public CheckpointException(String file, String problem) {
    super(file + ": " + problem);
  }

  CheckpointException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** Creates an exception about one tensor of a file. */
  public static CheckpointException of(String file, String tensor, String problem) {
    return new CheckpointException(file, "tensor " + quoted(tensor) + " " + problem);
  }

  /**
   * Quotes a name from an untrusted file for a message: control and format characters become {@code
   * ?}, and long names are cut.
   */
  static String quoted(String name) {
    var quoted = new StringBuilder("'");
    name.codePoints()
        .limit(MAX_QUOTED)
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(quoted::appendCodePoint);
    return quoted.append(name.length() > MAX_QUOTED ? "...'" : "'").toString();
  }
}
