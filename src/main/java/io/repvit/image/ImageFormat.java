package io.repvit.image;

/**
 * The image formats that {@link ImageDecoder} decodes, in the order in which they are detected. The
 * names of the constants are the values of the column {@code format}.
 *
 * <p>CONTRIBUTING.md describes how to add a format.
 */
public enum ImageFormat {
  /** JPEG with 8 bits per sample, baseline and progressive: grey, YCbCr, RGB, CMYK and YCCK. */
  JPEG("JPEG", new JpegCodec()),
  /** PNG with 1 to 16 bits per sample, palette, transparency and interlacing. */
  PNG("PNG", new PngCodec()),
  /** Lossy and lossless WebP, with or without alpha. */
  WEBP("WebP", new WebpCodec()),
  /** Windows and OS/2 bitmaps, uncompressed and run-length encoded. */
  BMP("BMP", new BmpCodec()),
  /** GIF; only the first frame is decoded. */
  GIF("GIF", new GifCodec()),
  /** TIFF in strips or tiles: grey, RGB, palette and CMYK; only the first page is decoded. */
  TIFF("TIFF", new TiffCodec()),
  /** PBM, PGM and PPM, plain and raw. */
  PNM("PNM", new PnmCodec());

  private final String title;
  private final ImageCodec codec;

  ImageFormat(String title, ImageCodec codec) {
    this.title = title;
    this.codec = codec;
  }

  /** Returns the name of the format for messages. */
  String title() {
    return title;
  }

  ImageCodec codec() {
    return codec;
  }
}
