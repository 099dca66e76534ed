package io.repvit.inference;

import io.repvit.onnx.WeightBits;
import java.util.Locale;

/** The numbers that a model computes with. */
public sealed interface Precision {

  /** As it was trained. */
  record Float32() implements Precision {}

  /**
   * Its convolutions on 8-bit integers.
   *
   * @param bits of the weights
   * @param floatSha256 hash of the float32 file it was made of, lower-case hex
   * @param sample images that gave the ranges of activations
   * @param loss how far it is from that file
   */
  record Int8(WeightBits bits, String floatSha256, Sample sample, Loss loss) implements Precision {}

  /**
   * Images by their content.
   *
   * @param images how many
   * @param sha256 hash of their hashes: lower-case hex, sorted, one a line
   */
  record Sample(int images, String sha256) {}

  /**
   * What quantisation changed, on images that gave no ranges.
   *
   * @param images how many
   * @param largest largest difference of a logit over the largest |logit|
   * @param mean mean difference of the logits over the largest |logit|
   * @param agreement share of images with the same best class, 0 to 1
   */
  record Loss(int images, double largest, double mean, double agreement) {
    public Loss {
      if (images < 1 || !(largest >= mean && mean >= 0) || !(agreement >= 0 && agreement <= 1)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%d images differ by %s, %s on average, agreement %s",
                images,
                largest,
                mean,
                agreement));
      }
    }
  }
}
