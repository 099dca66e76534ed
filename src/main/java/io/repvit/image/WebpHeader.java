package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;

/** Reads the chunks of a WebP (RFC 9649) without decoding any. */
final class WebpHeader {
  private static final int ANIMATION_FLAG = 0x02;
  private static final int ALPHA_FLAG = 0x10;
  private static final int SIDE_MASK = 0x3fff;
  private static final int VP8L_SIGNATURE = 0x2f;

  private final EncodedBytes bytes;
  private int canvasWidth;
  private int canvasHeight;
  private int width;
  private int height;
  private boolean alpha;
  private int exif = ExifOrientation.ABSENT;
  private int xmp = ExifOrientation.ABSENT;

  private WebpHeader(EncodedBytes bytes) {
    this.bytes = bytes;
  }

  static ImageHeader read(EncodedBytes bytes) throws ImageException {
    return new WebpHeader(bytes).chunks();
  }

  private ImageHeader chunks() throws ImageException {
    long end = 8 + bytes.u32LittleEndian(4);
    if (end > bytes.length()) {
      throw new ImageException(
          Code.TRUNCATED,
          "WebP: RIFF declares %d bytes, found %d; fetch the object again"
              .formatted(end, bytes.length()));
    }
    long at = 12;
    while (at + 8 <= end) {
      long length = bytes.u32LittleEndian(at + 4);
      bytes.need(at, 8 + length);
      chunk(bytes.latin1(at, 4), at + 8, length);
      at += 8 + length + (length & 1);
    }
    if (width == 0) {
      throw new ImageException(Code.CORRUPT, "WebP: no VP8 or VP8L chunk, so no pixels");
    }
    if (canvasWidth != 0 && (canvasWidth != width || canvasHeight != height)) {
      throw new ImageException(
          Code.CORRUPT,
          "WebP: VP8X declares %dx%d, the picture %dx%d"
              .formatted(canvasWidth, canvasHeight, width, height));
    }
    Samples samples = alpha ? Samples.FLATTEN : Samples.OPAQUE;
    int orientation = ExifOrientation.effective(exif, xmp);
    return new ImageHeader(ImageFormat.WEBP, width, height, 1, samples, orientation);
  }

  private void chunk(String type, long at, long length) throws ImageException {
    switch (type) {
      case "VP8X" -> extended(at);
      case "VP8 " -> lossy(at);
      case "VP8L" -> lossless(at);
      case "ALPH" -> alpha = true;
      case "EXIF" -> exif = ExifOrientation.ofExif(bytes.slice(at, length));
      case "XMP " ->
          xmp = ExifOrientation.ofXmp(bytes.latin1(at, length, ExifOrientation.XMP_BYTES));
      default -> {}
    }
  }

  private void extended(long at) throws ImageException {
    int flags = bytes.u8(at);
    if ((flags & ANIMATION_FLAG) != 0) {
      throw new ImageException(
          Code.UNSUPPORTED_ANIMATED,
          "WebP: an animation; needs a still picture; extract the frame that counts");
    }
    alpha |= (flags & ALPHA_FLAG) != 0;
    canvasWidth = 1 + (bytes.u16LittleEndian(at + 4) | bytes.u8(at + 6) << 16);
    canvasHeight = 1 + (bytes.u16LittleEndian(at + 7) | bytes.u8(at + 9) << 16);
  }

  private void lossy(long at) throws ImageException {
    boolean keyFrame = (bytes.u8(at) & 1) == 0;
    if (!keyFrame || !bytes.startsWith(at + 3, "\u009d\u0001*")) {
      throw new ImageException(Code.CORRUPT, "WebP: the VP8 chunk does not begin a key frame");
    }
    size(bytes.u16LittleEndian(at + 6) & SIDE_MASK, bytes.u16LittleEndian(at + 8) & SIDE_MASK);
  }

  private void lossless(long at) throws ImageException {
    if (bytes.u8(at) != VP8L_SIGNATURE) {
      throw new ImageException(Code.CORRUPT, "WebP: the VP8L chunk does not begin with 0x2f");
    }
    long bits = bytes.u32LittleEndian(at + 1);
    alpha |= (bits >> 28 & 1) != 0;
    size(1 + (int) (bits & SIDE_MASK), 1 + (int) (bits >> 14 & SIDE_MASK));
  }

  private void size(int declaredWidth, int declaredHeight) throws ImageException {
    ImageHeader.requireSize("WebP", declaredWidth, declaredHeight);
    if (width != 0) {
      // libwebp would decode the first of them, whatever the last one declares.
      throw new ImageException(Code.CORRUPT, "WebP: two pictures, needs one");
    }
    width = declaredWidth;
    height = declaredHeight;
  }
}
