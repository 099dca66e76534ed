package io.repvit.image;

import java.io.Serializable;

/**
 * Which pixels of a file are the image.
 *
 * @param orientation whether EXIF orientation is applied
 * @param scaling how much of a JPEG's detail is decoded
 * @param animated what to do with several frames or pages
 */
public record DecodeOptions(Orientation orientation, JpegScaling scaling, Animated animated)
    implements Serializable {

  /** All pixels of a still image, upright. */
  public static final DecodeOptions DEFAULT =
      new DecodeOptions(Orientation.EXIF, JpegScaling.FULL, Animated.REFUSE);
}
