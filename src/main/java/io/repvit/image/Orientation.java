package io.repvit.image;

/** What to do with the orientation that a camera wrote beside the pixels. */
public enum Orientation {
  /** Turn the picture upright, as Pillow's {@code ImageOps.exif_transpose} does. */
  EXIF,
  /** Leave the pixels as they were stored. */
  IGNORE
}
