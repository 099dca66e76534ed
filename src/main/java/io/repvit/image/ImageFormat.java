package io.repvit.image;

/** The encodings that {@link ImageDecoder} reads. */
public enum ImageFormat {
  /** Baseline and progressive, 8 bits: grey, YCbCr, RGB, CMYK and YCCK. */
  JPEG,
  /** Every still PNG: 1 to 16 bits, palette, transparency, interlaced. */
  PNG,
  /** Still lossy and lossless WebP, with or without alpha. */
  WEBP
}
