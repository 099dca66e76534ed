package io.repvit.image;

import java.util.Locale;

/**
 * The parameters of timm's evaluation transform: resize the short side to {@code resizeShort} with
 * {@code interpolation}, crop {@code height x width} from the centre, scale to [0, 1], subtract
 * {@code mean} and divide by {@code std} per channel.
 *
 * @param height rows of the model input, pixels
 * @param width columns of the model input, pixels
 * @param resizeShort short side after resizing, pixels; at least the longer side of the crop
 * @param interpolation resampling filter
 * @param mean mean of pixels in [0, 1]
 * @param std standard deviation of pixels in [0, 1]; positive
 */
public record Preprocessing(
    int height, int width, int resizeShort, Interpolation interpolation, Rgb mean, Rgb std) {

  /** Largest side, 4096 pixels, which bounds the memory that a model card can request. */
  public static final int MAX_SIDE = 4096;

  public Preprocessing {
    if (height < 1 || width < 1 || height > MAX_SIDE || width > MAX_SIDE) {
      throw new IllegalArgumentException(
          "input size is " + height + "x" + width + ", sides must be 1 to " + MAX_SIDE);
    }
    if (resizeShort < Math.max(height, width) || resizeShort > MAX_SIDE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "short side after resize is %d, needs %d (the crop) to %d",
              resizeShort,
              Math.max(height, width),
              MAX_SIDE));
    }
    if (std.red() <= 0 || std.green() <= 0 || std.blue() <= 0) {
      throw new IllegalArgumentException("std must be positive, found " + std);
    }
  }

  /** Resampling filters. */
  public enum Interpolation {
    /** Pillow's antialiased bicubic, a = -0.5. */
    BICUBIC,
    /** Pillow's antialiased bilinear. */
    BILINEAR,
    /** Pillow's antialiased Lanczos, three lobes. */
    LANCZOS
  }

  /** Returns the number of values of one image's input {@code [3, height, width]}. */
  public int values() {
    return 3 * height * width;
  }
}
