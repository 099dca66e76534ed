package io.repvit.image;

/** The encodings that {@link ImageDecoder} reads. */
public enum ImageFormat {
  /** Baseline and progressive, 8 bits: grey, YCbCr, RGB, CMYK and YCCK. */
  JPEG(new JpegCodec()),
  /** Every PNG: 1 to 16 bits, palette, transparency, interlaced. */
  PNG(new PngCodec()),
  /** Lossy and lossless WebP, with or without alpha. */
  WEBP(new WebpCodec()),
  /** Windows and OS/2 bitmaps, plain and run-length encoded. */
  BMP(new BmpCodec()),
  /** The first frame. */
  GIF(new GifCodec()),
  /** The first page: grey, RGB, palette and CMYK in strips or tiles. */
  TIFF(new TiffCodec()),
  /** PBM, PGM and PPM, plain and raw. */
  PNM(new PnmCodec());

  private final ImageCodec codec;

  ImageFormat(ImageCodec codec) {
    this.codec = codec;
  }

  ImageCodec codec() {
    return codec;
  }
}
