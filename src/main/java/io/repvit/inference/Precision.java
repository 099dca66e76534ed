package io.repvit.inference;

import io.repvit.onnx.WeightBits;
import java.util.Locale;

/** The numeric precision of a model. */
public sealed interface Precision {

  /** All operators compute in float32. */
  record Float32() implements Precision {}

  /**
   * Convolutions compute on 8-bit integers.
   *
   * @param bits number of bits of the weights
   * @param floatSha256 SHA-256 of the float32 file that was quantised, lower-case hex
   * @param sample the calibration images, which determined the ranges of activations
   * @param loss the difference from the float32 file
   */
  record Int8(WeightBits bits, String floatSha256, Sample sample, Loss loss) implements Precision {}

  /**
   * A set of images, identified by content.
   *
   * @param images number of images
   * @param sha256 SHA-256 of the sorted SHA-256 hashes of the images, lower-case hex, one per line
   */
  record Sample(int images, String sha256) {}

  /**
   * The effect of quantisation, measured on images that were not used for calibration.
   *
   * @param images number of images
   * @param largest largest difference of a logit, divided by the largest |logit|
   * @param mean mean difference of the logits, divided by the largest |logit|
   * @param agreement share of images with the same top-1 class, 0 to 1
   */
  record Loss(int images, double largest, double mean, double agreement) {
    public Loss {
      if (images < 1 || !(largest >= mean && mean >= 0) || !(agreement >= 0 && agreement <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "int8 loss on %d images is %s at most, %s on average, agreement %s; expected at least one"
                    + " image, largest >= mean >= 0, and an agreement of 0 to 1",
                images,
                largest,
                mean,
                agreement));
      }
    }
  }
}
