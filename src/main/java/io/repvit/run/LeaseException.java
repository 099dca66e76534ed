package io.repvit.run;

import java.io.IOException;

/** This attempt may not go on, because another one is at the run; that one is not disturbed. */
public final class LeaseException extends IOException {
  private static final long serialVersionUID = 1;

  LeaseException(String message) {
    super(message);
  }
}
