package io.repvit.image;

import java.io.Serializable;

/**
 * Which measures of images are taken.
 *
 * @param quality whether {@link ImageQuality} is computed
 * @param hashes whether {@link ImageHashes} are computed
 */
public record MeasureOptions(boolean quality, boolean hashes) implements Serializable {
  /** No measure, the default of a run. */
  public static final MeasureOptions NONE = new MeasureOptions(false, false);

  /** All measures. */
  public static final MeasureOptions ALL = new MeasureOptions(true, true);

  /** Returns whether any measure is taken. */
  public boolean any() {
    return quality || hashes;
  }
}
