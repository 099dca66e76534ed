package io.repvit.spark4;

import io.repvit.UserException;
import org.jspecify.annotations.Nullable;

/**
 * A function in SQL whose first argument is an encoded image.
 *
 * @param usage one line for {@code DESCRIBE FUNCTION}; {@code _FUNC_} is the name
 * @param arguments a line per argument for {@code DESCRIBE FUNCTION EXTENDED}
 * @param examples queries and results for {@code DESCRIBE FUNCTION EXTENDED}
 * @param second name of the optional second argument, a constant string; null if there is none
 * @param binder makes the function of one call
 */
public record SqlFunction(
    String name,
    String usage,
    String arguments,
    String examples,
    @Nullable String second,
    Binder binder) {

  /** Makes the function of one call, on the driver, while Spark analyses a query. */
  public interface Binder {
    /**
     * Returns what the call does.
     *
     * @param second value of the second argument; null if the call has none
     * @throws UserException if there is no such function, such as without a model
     */
    ImageFunction bind(@Nullable String second) throws UserException;
  }

  /** The call with all its arguments. */
  String signature() {
    return name + (second == null ? "(image)" : "(image[, " + second + "])");
  }
}
