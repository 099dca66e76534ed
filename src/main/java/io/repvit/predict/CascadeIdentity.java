package io.repvit.predict;

import java.io.Serializable;

/**
 * The part of a cascade's identity that is not in the {@link ModelIdentity} of its first model.
 *
 * @param second identity of the second model; its preprocessing is the fingerprint of the cascade,
 *     as that of the first
 * @param below see {@link Cascade#below}
 */
public record CascadeIdentity(ModelIdentity second, double below) implements Serializable {
  public CascadeIdentity {
    Cascade.requireLimit(below);
  }
}
