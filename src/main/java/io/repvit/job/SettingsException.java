package io.repvit.job;

/** A setting that cannot be used; the message says which, where, what was found and expected. */
final class SettingsException extends Exception {
  private static final long serialVersionUID = 1;

  SettingsException(String message) {
    super(message);
  }

  SettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
