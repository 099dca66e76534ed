package io.repvit.source;

import java.util.Locale;

/**
 * An object that got no prediction, and why.
 *
 * @param stage where it stopped
 * @param code stable upper-case name of the reason
 * @param message for people: what was found, what was expected
 */
public record Quarantined(SourceObject object, Stage stage, String code, String message) {
  /** Code of what is an image neither by its content nor by its name, which is no damage. */
  public static final String NOT_AN_IMAGE = "NOT_AN_IMAGE";

  /** {@link #reason()} of those. */
  public static final String OTHER_CONTENT = Stage.DECODE.label() + "/" + NOT_AN_IMAGE;

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

  /** An object that is something else. */
  public static Quarantined notAnImage(SourceObject object, String message) {
    return new Quarantined(object, Stage.DECODE, NOT_AN_IMAGE, message);
  }

  /** What rows of this kind are counted under: {@code stage/CODE}. */
  public String reason() {
    return stage.label() + "/" + code;
  }
}
