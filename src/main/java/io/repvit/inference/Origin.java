package io.repvit.inference;

import java.util.Locale;

/** The source of a model card. */
public sealed interface Origin {

  /**
   * The card was written by {@code repvit export}, which compared the model with its checkpoint.
   *
   * @param checkpointSha256 SHA-256 of the checkpoint, lower-case hex
   * @param exporter name and version of the program that wrote the file
   * @param fusionError {@code max |fused - unfused| / max |unfused|} of the logits, measured at
   *     export
   * @param gelu the GELU of the graph; a card without this entry has the exact one
   */
  record Exported(String checkpointSha256, String exporter, double fusionError, Gelu gelu)
      implements Origin {
    public Exported {
      if (!Double.isFinite(fusionError) || fusionError < 0) {
        throw new IllegalArgumentException(
            "fusion.error is " + fusionError + ", expected a finite number of at least 0");
      }
    }
  }

  /**
   * The card was written by the user, in a file beside the model.
   *
   * @param sha256 SHA-256 of that file, lower-case hex
   */
  record SideFile(String sha256) implements Origin {}

  /**
   * The card was written by {@code repvit probe}, which replaced the classifier of a model.
   *
   * @param base origin of the model whose classifier was replaced; never this type
   * @param baseSha256 SHA-256 of that model's file, lower-case hex
   * @param images number of labelled images that the classifier learnt from
   * @param regularisation the factor of half the squared norm of the standardised weights, beside
   *     the mean loss
   */
  record Probed(Origin base, String baseSha256, int images, double regularisation)
      implements Origin {
    public Probed {
      base = base instanceof Probed probed ? probed.base() : base;
      if (images < 1 || !Double.isFinite(regularisation) || regularisation < 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the probe has %d images and the regularisation %s, expected at least one image and a"
                    + " finite number of at least 0",
                images,
                regularisation));
      }
    }
  }

  /** The origin of the network, whose classifier may have been replaced. */
  default Origin ofNetwork() {
    return this instanceof Probed probed ? probed.base() : this;
  }
}
