package io.repvit.image;

import org.jspecify.annotations.Nullable;

/**
 * Measures decoded images, as CleanVision and ImageHash measure the upright RGB image; an image
 * whose channels are equal is measured as a grey one, as they do with a grey file. Not thread-safe;
 * memory is reused from image to image.
 */
public final class ImageMeter implements AutoCloseable {
  private final @Nullable QualityMeter quality;
  private final @Nullable HashMeter hashes;

  public ImageMeter(MeasureOptions options) {
    this(options, PixelEngines.chosen(), Convolution.best());
  }

  ImageMeter(MeasureOptions options, PixelEngine engine, Convolution convolution) {
    quality = options.quality() ? new QualityMeter(engine, convolution) : null;
    hashes = options.hashes() ? new HashMeter(engine, convolution) : null;
  }

  /**
   * Takes the measures of the options.
   *
   * @throws IllegalArgumentException if the image is decoded at a reduced size, see {@link
   *     JpegScaling}: its measures would be those of another image
   */
  public ImageMeasures measure(DecodedImage image) {
    if (quality == null && hashes == null) {
      return ImageMeasures.NONE;
    }
    if (image.columns() != image.width() || image.rows() != image.height()) {
      throw new IllegalArgumentException("measures need the image in full size, found " + image);
    }
    return new ImageMeasures(
        quality == null ? null : quality.measure(image),
        hashes == null ? null : hashes.measure(image));
  }

  @Override
  public void close() {
    if (quality != null) {
      quality.close();
    }
    if (hashes != null) {
      hashes.close();
    }
  }
}
