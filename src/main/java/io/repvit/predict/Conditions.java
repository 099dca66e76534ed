package io.repvit.predict;

import io.repvit.image.ImageLimits;
import io.repvit.inference.Product;

/**
 * What decides, beside its bytes and the model, whether an image fails. An image that failed for
 * its own sake fails again under equal conditions.
 *
 * @param text canonical: a version of its form, then names and values. Manifests and the scored
 *     index keep it; a value that is added or changed tries every failed image once more
 */
public record Conditions(String text) {

  /** The conditions of a run. */
  public static Conditions of(ClassifyOptions options, Scorer scorer) {
    ImageLimits limits = options.limits();
    return new Conditions(
        String.join(
            "; ",
            "conditions 1",
            "product=" + Product.NAME,
            "max-image-bytes=" + limits.maxEncodedBytes(),
            "max-image-pixels=" + limits.maxPixels(),
            "max-image-seconds=" + limits.maxSeconds(),
            "preprocessing=" + scorer.preprocessing()));
  }
}
