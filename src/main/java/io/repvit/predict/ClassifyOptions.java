package io.repvit.predict;

import io.repvit.image.DecodeOptions;
import io.repvit.image.ImageLimits;
import io.repvit.image.JpegScaling;
import io.repvit.image.MeasureOptions;
import io.repvit.inference.ImageBatch;
import io.repvit.source.FetchWindow;
import io.repvit.source.ReadOptions;
import java.io.Serializable;
import java.util.Locale;

/**
 * Options that decide how a run reads, decodes and classifies its images.
 *
 * @param batch images per inference, 1 to 256
 * @param topK classes kept per image, at least 1
 * @param limits limits on the memory and time that one image may take
 * @param decoding how orientation, JPEG scaling and animated images are handled
 * @param window how many objects and bytes a task reads ahead
 * @param partitions number of tasks; 0 derives it from the number of images and task slots
 * @param maxQuarantineRate greatest share of quarantined images, 0 to 1, with which the run is
 *     published; images that failed in earlier runs do not count
 * @param thumbnails number of thumbnails in the report, 0 to 100, of the images with the greatest
 *     scores and of those with the least
 * @param measures measures of the decoded images, which add columns to the predictions
 */
public record ClassifyOptions(
    int batch,
    int topK,
    ImageLimits limits,
    DecodeOptions decoding,
    FetchWindow window,
    int partitions,
    double maxQuarantineRate,
    int thumbnails,
    MeasureOptions measures)
    implements Serializable {
  /** Greatest number of thumbnails of each kind: 100, less than a megabyte. */
  public static final int MAX_THUMBNAILS = 100;

  /** The defaults of the command line. */
  public static final ClassifyOptions DEFAULT =
      new ClassifyOptions(
          4,
          5,
          ImageLimits.DEFAULT,
          DecodeOptions.DEFAULT,
          FetchWindow.DEFAULT,
          0,
          0.1,
          8,
          MeasureOptions.NONE);

  public ClassifyOptions {
    if (batch < 1 || batch > ImageBatch.MAX_SIZE) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "batch is %d, expected 1 to %d", batch, ImageBatch.MAX_SIZE));
    }
    if (topK < 1) {
      throw new IllegalArgumentException("top-k is " + topK + ", expected at least 1");
    }
    if (partitions < 0) {
      throw new IllegalArgumentException(
          "partitions is "
              + partitions
              + ", expected at least 1, or 0 for a number that fits the input");
    }
    if (!(maxQuarantineRate >= 0 && maxQuarantineRate <= 1)) {
      throw new IllegalArgumentException(
          "max-quarantine-rate is " + maxQuarantineRate + ", expected 0 to 1");
    }
    if (thumbnails < 0 || thumbnails > MAX_THUMBNAILS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "report-thumbnails is %d, expected 0 to %d",
              thumbnails,
              MAX_THUMBNAILS));
    }
    if (measures.any() && decoding.scaling() != JpegScaling.FULL) {
      throw new IllegalArgumentException(
          "quality and phash measure the image in full size, but jpeg-scaling is dct; set"
              + " jpeg-scaling = full, or leave out quality and phash");
    }
  }

  /** The options that concern reading. */
  public ReadOptions reading() {
    return new ReadOptions(limits.maxEncodedBytes(), window, batch);
  }
}
