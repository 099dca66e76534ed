package io.repvit.run;

import java.io.IOException;

/**
 * Thrown if another attempt holds the lease of the run; this attempt stops and changes nothing
 * more. It is no {@link io.repvit.UserException}, because the user need not change anything: a
 * later start may succeed.
 */
public final class LeaseException extends IOException {
  private static final long serialVersionUID = 1;

  LeaseException(String message) {
    super(message);
  }
}
