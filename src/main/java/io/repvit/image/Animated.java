package io.repvit.image;

/** What to do with an image of several frames or pages. */
public enum Animated {
  /** It is quarantined: which of them is the image is not ours to say. */
  REFUSE,
  /** The first one is the image, as Pillow opens it. */
  FIRST
}
