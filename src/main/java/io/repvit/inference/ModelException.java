package io.repvit.inference;

import io.repvit.UserException;

/**
 * A model file cannot be used. The message names the file and says what was found, what was
 * expected, and what to do.
 */
public final class ModelException extends UserException {
  private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
