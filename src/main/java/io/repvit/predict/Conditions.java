package io.repvit.predict;

import io.repvit.image.ImageLimits;
import io.repvit.inference.Product;

/**
 * The settings and versions that, besides its bytes and the model, decide whether an image can be
 * decoded and scored. An image that failed because of its content fails again under equal
 * conditions.
 *
 * @param text canonical text: a format version, then names and values. Manifests and the scored
 *     index contain it. If it changes, the next run tries all failed images again
 */
public record Conditions(String text) {

  /** The conditions of a run with these options and this model. */
  public static Conditions of(ClassifyOptions options, ModelIdentity identity) {
    ImageLimits limits = options.limits();
    return new Conditions(
        String.join(
            "; ",
            "conditions 1",
            "product=" + Product.NAME,
            "max-image-bytes=" + limits.maxEncodedBytes(),
            "max-image-pixels=" + limits.maxPixels(),
            "max-image-seconds=" + limits.maxSeconds(),
            "preprocessing=" + identity.preprocessing()));
  }
}
