package io.repvit.image;

import java.io.Serializable;

/**
 * Options of decoding that change the pixels.
 *
 * @param orientation whether the EXIF orientation is applied
 * @param scaling whether large JPEGs are decoded at a reduced size
 * @param animated how images of several frames or pages are handled
 */
public record DecodeOptions(Orientation orientation, JpegScaling scaling, Animated animated)
    implements Serializable {

  /** The defaults: EXIF orientation is applied, JPEGs are decoded in full, animations refused. */
  public static final DecodeOptions DEFAULT =
      new DecodeOptions(Orientation.EXIF, JpegScaling.FULL, Animated.REFUSE);
}
