package io.repvit.predict;

import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.inference.ImageBatch;
import io.repvit.source.FetchWindow;
import io.repvit.source.ReadOptions;
import java.io.Serializable;
import java.util.Locale;

/**
 * How a run treats its images.
 *
 * @param batch images per inference, 1 to 256; 4 is fastest where it was measured
 * @param topK classes kept per image, at least 1
 * @param limits what an image may make us allocate
 * @param decoding which pixels of a file are the image
 * @param window how far reading runs ahead
 * @param partitions tasks of the run, or 0 to derive them from the number of images and task slots
 * @param maxQuarantineRate share of images, 0 to 1, above which nothing is published; those that
 *     failed in earlier runs do not count
 * @param thumbnails pictures that the report shows of the most and of the least certain images, 0
 *     to 100 of each
 */
public record ClassifyOptions(
    int batch,
    int topK,
    ImageLimits limits,
    DecodeOptions decoding,
    FetchWindow window,
    int partitions,
    double maxQuarantineRate,
    int thumbnails)
    implements Serializable {
  /** Most thumbnails of a kind: 100, less than a megabyte. */
  public static final int MAX_THUMBNAILS = 100;

  public ClassifyOptions {
    if (batch < 1 || batch > ImageBatch.MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "batch is %d, must be 1 to %d", batch, ImageBatch.MAX_SIZE));
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top-k is " + topK + ", must be at least 1");
    }
    if (partitions < 0) {
      throw new IllegalArgumentException(
          "partitions is " + partitions + ", must be positive, or 0 to choose");
    }
    if (!(maxQuarantineRate >= 0 && maxQuarantineRate <= 1)) {
      throw new IllegalArgumentException(
          "max-quarantine-rate is " + maxQuarantineRate + ", must be 0 to 1");
    }
    if (thumbnails < 0 || thumbnails > MAX_THUMBNAILS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "report-thumbnails is %d, must be 0 to %d", thumbnails, MAX_THUMBNAILS));
    }
  }

  /** How tasks read the images. */
  public ReadOptions reading() {
    return new ReadOptions(limits.maxEncodedBytes(), window, batch);
  }
}
