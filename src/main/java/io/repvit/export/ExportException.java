package io.repvit.export;

/**
 * A model cannot be exported or quantised, so no file was written. The message says what was found
 * and what was expected.
 */
public final class ExportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExportException(String message) {
    super(message);
  }
}
