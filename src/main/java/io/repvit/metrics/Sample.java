package io.repvit.metrics;

import java.io.Serializable;

/**
 * An image that the report shows as a thumbnail.
 *
 * @param path full URI
 * @param label best class
 * @param score softmax probability of the best class
 * @param jpeg the thumbnail as JPEG, base64
 */
public record Sample(String path, String label, float score, String jpeg) implements Serializable {

  Sample showing(String picture) {
    return new Sample(path, label, score, picture);
  }
}
