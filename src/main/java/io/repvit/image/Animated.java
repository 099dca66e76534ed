package io.repvit.image;

/** How images of several frames or pages are handled. */
public enum Animated {
  /** The image is refused. */
  REFUSE,
  /** The first frame or page is decoded, as in Pillow. */
  FIRST
}
