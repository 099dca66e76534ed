package io.repvit.source;

import java.util.Locale;

/**
 * An image without a prediction, and the reason.
 *
 * @param stage the stage that failed
 * @param code error code: a stable upper-case name
 * @param message one line for people: what was found, what was expected
 */
public record Quarantined(SourceObject object, Stage stage, String code, String message) {
  /** Error code of an object that is not an image by its content and its name. */
  public static final String NOT_AN_IMAGE = "NOT_AN_IMAGE";

  /** The {@link #reason()} of {@link #NOT_AN_IMAGE}. */
  public static final String OTHER_CONTENT = Stage.DECODE.label() + "/" + NOT_AN_IMAGE;

  /** The stages of one image, in order. */
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

  /** A row for an object that is not an image. */
  public static Quarantined notAnImage(SourceObject object, String message) {
    return new Quarantined(object, Stage.DECODE, NOT_AN_IMAGE, message);
  }

  /** The key under which such rows are counted: {@code stage/CODE}. */
  public String reason() {
    return stage.label() + "/" + code;
  }
}
