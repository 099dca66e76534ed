package io.repvit.spark;

/** An input or output place that cannot be used; the message says where, why and what to do. */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }
}
