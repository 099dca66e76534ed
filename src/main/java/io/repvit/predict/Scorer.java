package io.repvit.predict;

import io.repvit.image.Animated;
import io.repvit.image.DecodeOptions;
import io.repvit.image.JpegScaling;
import io.repvit.inference.ModelCard;
import io.repvit.inference.ModelFile;
import io.repvit.inference.Origin;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * What made a prediction; equal scorers give equal predictions for equal bytes.
 *
 * @param model variant name on the card
 * @param modelSha256 hash of the model file as it is stored, lower-case hex
 * @param preprocessing fingerprint of all that is done to pixels, and of the labels and tensor
 *     names of a card that is not in the model file: 16 hex digits
 */
public record Scorer(String model, String modelSha256, String preprocessing)
    implements Serializable {
  private static final int FINGERPRINT_DIGITS = 16;

  /**
   * The scorer that a model and the treatment of images make.
   *
   * @param file as it is stored, without a card that stands beside it
   */
  public static Scorer of(ModelFile file, ModelCard card, DecodeOptions decoding) {
    String treatment = card.preprocessing() + ", orientation " + decoding.orientation();
    if (decoding.scaling() != JpegScaling.FULL) {
      treatment += ", JPEG scaling " + decoding.scaling();
    }
    if (decoding.animated() != Animated.REFUSE) {
      treatment += ", animated " + decoding.animated();
    }
    if (card.origin() instanceof Origin.SideFile) {
      treatment += ", " + card.tensors() + ", " + String.join("\n", card.labels());
    }
    String hash =
        ModelFile.of("preprocessing", treatment.getBytes(StandardCharsets.UTF_8)).sha256();
    return new Scorer(card.variant(), file.sha256(), hash.substring(0, FINGERPRINT_DIGITS));
  }
}
