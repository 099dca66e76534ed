package io.repvit.run;

import java.util.Locale;

/** What a run is doing, in this order. */
public enum Phase {
  LISTING,
  CLASSIFYING,
  MERGING,
  /** Tables become visible, and at last the manifest. */
  PUBLISHING;

  /** The name for people: lower case. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
