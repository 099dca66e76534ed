package io.repvit.run;

import java.io.IOException;

/**
 * This attempt stops, because another attempt has the run and is not disturbed. No user needs to
 * mend anything, so this is no {@link io.repvit.UserException}; a later start may succeed.
 */
public final class LeaseException extends IOException {
  private static final long serialVersionUID = 1;

  LeaseException(String message) {
    super(message);
  }
}
