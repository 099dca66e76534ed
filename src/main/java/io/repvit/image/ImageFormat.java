package io.repvit.image;

/** The encodings that {@link ImageDecoder} reads. */
public enum ImageFormat {
  /** Baseline and progressive, 8 bits: grey, YCbCr, RGB, CMYK and YCCK. */
  JPEG(new JpegCodec()),
  /** Every PNG: 1 to 16 bits, palette, transparency, interlaced. */
  PNG(new PngCodec()),
  /** Lossy and lossless WebP, with or without alpha. */
  WEBP(new WebpCodec());

  private final ImageCodec codec;

  ImageFormat(ImageCodec codec) {
    this.codec = codec;
  }

  ImageCodec codec() {
    return codec;
  }
}
