package io.repvit.metrics;

import java.io.Serializable;

/**
 * An image that the report shows.
 *
 * @param path full URI
 * @param label best class
 * @param score its probability
 * @param jpeg the picture, base64
 */
public record Sample(String path, String label, float score, String jpeg) implements Serializable {

  Sample showing(String picture) {
    return new Sample(path, label, score, picture);
  }
}
