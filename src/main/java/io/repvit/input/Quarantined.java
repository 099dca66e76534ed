package io.repvit.input;

import java.util.Locale;

/**
 * An object that got no prediction, and why.
 *
 * @param stage where it stopped
 * @param code stable upper-case name of the reason
 * @param message for people: what was found, what was expected
 */
public record Quarantined(ImageObject object, Stage stage, String code, String message) {

  /** The stations of one image. */
  public enum Stage {
    LIST,
    FETCH,
    DECODE,
    INFER;

    /** The name in tables: lower case. */
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What rows of this kind are counted under: {@code stage/CODE}. */
  public String reason() {
    return stage.label() + "/" + code;
  }
}
