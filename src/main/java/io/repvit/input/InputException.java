package io.repvit.input;

/** An input or output place that cannot be used; the message says where, why and what to do. */
public final class InputException extends Exception {
  private static final long serialVersionUID = 1;

  public InputException(String message) {
    super(message);
  }

  public InputException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The first line of what {@code e} says at bottom, where libraries wrap one in the other. */
  public static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage())
        .lines()
        .filter(line -> !line.isBlank())
        .findFirst()
        .orElseGet(cause::toString);
  }
}
