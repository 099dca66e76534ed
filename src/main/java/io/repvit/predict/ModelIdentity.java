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
 * Identity of a model with its preprocessing. Equal identities give equal predictions for equal
 * bytes.
 *
 * @param model variant in the model card
 * @param modelSha256 hash of the stored model file, lower-case hex
 * @param preprocessing fingerprint of decoding and preprocessing, and of labels, tensor names and
 *     temperature of a side card: 16 hex digits; in a cascade see {@link LoadedModels}
 */
public record ModelIdentity(String model, String modelSha256, String preprocessing)
    implements Serializable {
  private static final int FINGERPRINT_DIGITS = 16;

  /**
   * Computes the identity of a model with a card and decode options.
   *
   * @param file the stored file, without a side card
   */
  public static ModelIdentity of(ModelFile file, ModelCard card, DecodeOptions decoding) {
    String treatment = card.preprocessing() + ", orientation " + decoding.orientation();
    if (decoding.scaling() != JpegScaling.FULL) {
      treatment += ", JPEG scaling " + decoding.scaling();
    }
    if (decoding.animated() != Animated.REFUSE) {
      treatment += ", animated " + decoding.animated();
    }
    if (card.origin() instanceof Origin.SideFile) {
      treatment += ", " + card.tensors() + ", " + String.join("\n", card.labels());
      if (card.temperature() != 1) {
        treatment += ", temperature " + card.temperature();
      }
    }
    return new ModelIdentity(card.variant(), file.sha256(), fingerprint(treatment));
  }

  static String fingerprint(String treatment) {
    String hash =
        ModelFile.of("preprocessing", treatment.getBytes(StandardCharsets.UTF_8)).sha256();
    return hash.substring(0, FINGERPRINT_DIGITS);
  }

  ModelIdentity withPreprocessing(String fingerprint) {
    return new ModelIdentity(model, modelSha256, fingerprint);
  }
}
