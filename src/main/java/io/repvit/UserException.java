package io.repvit;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Something that a user can mend: a setting, an input, an output, a model, a checkpoint or the
 * environment is not as it must be. The message is one complete line: where, what was found, what
 * was expected, what to do. A command prints this line and exits with code 2, or with code 5 if a
 * store is the cause that may answer a later start.
 *
 * <p>Code that cannot declare this exception throws {@link UncheckedUserException}. Defects of this
 * project, failures of disks and networks, and runs that another attempt has are other exceptions.
 */
public class UserException extends Exception {
  private static final long serialVersionUID = 1;

  /** Error class and SQL state. */
  private static final Pattern SPARK_MARKS =
      Pattern.compile("^\\[[A-Z0-9_.]+] |;? SQLSTATE: \\w{5};?$");

  public UserException(String message) {
    super(message);
  }

  public UserException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Of a file system that opens files and knows no folders, as that of https. */
  public static UserException unlistable(String input, UnsupportedOperationException cause) {
    return new UserException(
        "input "
            + input
            + " cannot be listed: its file system has no listings; copy the images to a folder or"
            + " an object store",
        cause);
  }

  /** What a task refused, out of what Spark wraps around it; null if it is something else. */
  public static @Nullable UserException causeOf(Throwable e) {
    for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UserException refused) {
        return refused;
      }
    }
    return null;
  }

  /** The first line of the lowest message, without the marks that Spark puts around its own. */
  public static String reason(Throwable e) {
    String reason = e.toString();
    for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
      String message = t.getMessage();
      reason = message == null || message.isBlank() ? reason : message;
    }
    return SPARK_MARKS.matcher(reason.strip().lines().findFirst().orElse(reason)).replaceAll("");
  }
}
