package io.repvit.export;

import io.repvit.UncheckedUserException;

/**
 * A model cannot be exported or quantised, so no file was written. The message says what was found
 * and what was expected.
 */
public final class ExportException extends UncheckedUserException {
  private static final long serialVersionUID = 1L;

  ExportException(String message) {
    super(message);
  }
}
