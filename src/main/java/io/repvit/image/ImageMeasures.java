package io.repvit.image;

import org.jspecify.annotations.Nullable;

/**
 * The measures of an image.
 *
 * @param quality null if it is not measured
 * @param hashes null if they are not computed
 */
public record ImageMeasures(@Nullable ImageQuality quality, @Nullable ImageHashes hashes) {
  /** No measures. */
  public static final ImageMeasures NONE = new ImageMeasures(null, null);
}
