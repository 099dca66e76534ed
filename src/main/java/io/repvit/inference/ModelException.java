package io.repvit.inference;

/** A model file that cannot be used; the message says where, what was found and what to do. */
public final class ModelException extends Exception {
  private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
