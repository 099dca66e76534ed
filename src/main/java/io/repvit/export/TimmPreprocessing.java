package io.repvit.export;

import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import java.util.Locale;

/** What timm's default configuration does to an image before a RepViT sees it. */
public final class TimmPreprocessing {

  /** ImageNet's mean, of pixels in [0, 1]. */
  public static final Rgb MEAN = new Rgb(0.485, 0.456, 0.406);

  /** ImageNet's standard deviation, of pixels in [0, 1]. */
  public static final Rgb STD = new Rgb(0.229, 0.224, 0.225);

  /** Input side of every published checkpoint, pixels. */
  public static final int DEFAULT_SIDE = 224;

  /** Share of the resized short side that the crop keeps. */
  private static final double CROP_SHARE = 0.95;

  /** How much smaller the last stage's activations are than the input. */
  private static final int TOTAL_STRIDE = 32;

  private TimmPreprocessing() {}

  /**
   * A square input; the short side is resized to {@code floor(side / 0.95)}, 235 for 224.
   *
   * @param side pixels, a multiple of 32
   * @throws IllegalArgumentException if it is not
   */
  public static Preprocessing square(int side) {
    return square(side, (int) Math.floor(side / CROP_SHARE));
  }

  /** As above with the short side given, 256 in the paper. */
  public static Preprocessing square(int side, int resizeShort) {
    if (side < TOTAL_STRIDE || side % TOTAL_STRIDE != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "input size is %d, must be a multiple of %d", side, TOTAL_STRIDE));
    }
    return new Preprocessing(side, side, resizeShort, Interpolation.BICUBIC, MEAN, STD);
  }
}
