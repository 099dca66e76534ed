package io.repvit.export;

import io.repvit.image.Preprocessing;
import io.repvit.image.Preprocessing.Interpolation;
import io.repvit.image.Rgb;
import java.util.Locale;

/**
 * The preprocessing of RepViT in timm's default configuration: resize the short side (bicubic),
 * centre crop, normalise.
 */
public final class TimmPreprocessing {

  /** The mean of ImageNet, for pixels in [0, 1]. */
  public static final Rgb MEAN = new Rgb(0.485, 0.456, 0.406);

  /** The standard deviation of ImageNet, for pixels in [0, 1]. */
  public static final Rgb STD = new Rgb(0.229, 0.224, 0.225);

  /** Input height and width of every published checkpoint, in pixels. */
  public static final int DEFAULT_SIDE = 224;

  /** Input size divided by the resized short side: timm's {@code crop_pct}. */
  private static final double CROP_SHARE = 0.95;

  /** The last stage has 1/32 of the input resolution. */
  private static final int TOTAL_STRIDE = 32;

  private TimmPreprocessing() {}

  /**
   * Returns the preprocessing for a square input. The short side is resized to {@code floor(side /
   * 0.95)}, for example 235 for 224.
   *
   * @param side height and width in pixels, a multiple of 32
   * @throws IllegalArgumentException if it is not a multiple of 32
   */
  public static Preprocessing square(int side) {
    return square(side, (int) Math.floor(side / CROP_SHARE));
  }

  /** Returns the preprocessing for a square input with another short side. The paper uses 256. */
  public static Preprocessing square(int side, int resizeShort) {
    if (side < TOTAL_STRIDE || side % TOTAL_STRIDE != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "input size is %d, expected a multiple of %d", side, TOTAL_STRIDE));
    }
    return new Preprocessing(side, side, resizeShort, Interpolation.BICUBIC, MEAN, STD);
  }
}
