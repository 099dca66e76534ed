package io.repvit;

/**
 * A {@link UserException} that methods need not declare, as {@link java.io.UncheckedIOException} is
 * for {@link java.io.IOException}.
 *
 * <p>PySpark shows an {@link IllegalArgumentException} by its message; others fill pages with the
 * stack of the JVM.
 */
public class UncheckedUserException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public UncheckedUserException(String message) {
    super(message);
  }

  public UncheckedUserException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Wraps an exception where an interface does not let it through. */
  public UncheckedUserException(UserException cause) {
    super(cause.getMessage(), cause);
  }
}
