package io.repvit.checkpoint;

/** A checkpoint cannot be used. The message says where, what was found, what was expected. */
public final class CheckpointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param file name of the file
   * @param problem found, expected, remedy
   */
  public CheckpointException(String file, String problem) {
    super(file + ": " + problem);
  }

  /** As above, about one tensor. */
  public static CheckpointException of(String file, String tensor, String problem) {
    return new CheckpointException(file, "tensor '" + tensor + "' " + problem);
  }

  CheckpointException(String file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
