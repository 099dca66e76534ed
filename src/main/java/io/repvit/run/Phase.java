package io.repvit.run;

import java.util.Locale;

/** The phases of a run, in order. */
public enum Phase {
  LISTING,
  CLASSIFYING,
  MERGING,
  /** Tables become visible, and at last the manifest. */
  PUBLISHING;

  /** The name in messages and manifests: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
