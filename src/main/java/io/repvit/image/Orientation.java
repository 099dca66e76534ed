package io.repvit.image;

/** How the EXIF orientation of an image is handled. */
public enum Orientation {
  /** The image is turned upright, as by Pillow's {@code ImageOps.exif_transpose}. */
  EXIF,
  /** The pixels stay as stored. */
  IGNORE
}
