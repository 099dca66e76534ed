package io.repvit.cli;

/**
 * Thrown for a wrong setting. The message says which setting, where, what was found and what was
 * expected.
 */
public final class SettingsException extends Exception {
  private static final long serialVersionUID = 1;

  public SettingsException(String message) {
    super(message);
  }

  public SettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}
