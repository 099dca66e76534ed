package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the chunks of a WebP (RFC 9649) without decoding pixels. */
final class WebpHeader {
  private static final int ANIMATION_FLAG = 0x02;
  private static final int XMP_FLAG = 0x04;
  private static final int EXIF_FLAG = 0x08;
  static final int ALPHA_FLAG = 0x10;
  private static final int FRAME_HEAD = 16;
  private static final int SIDE_MASK = 0x3fff;
  private static final int VP8L_SIGNATURE = 0x2f;

  private final EncodedBytes bytes;
  private int canvasWidth;
  private int canvasHeight;
  private int width;
  private int height;
  private int flags;
  private boolean alpha;
  private boolean control;
  private int frames;
  private @Nullable WebpFrame first;
  private int exif = ExifOrientation.ABSENT;
  private int xmp = ExifOrientation.ABSENT;

  private WebpHeader(EncodedBytes bytes) {
    this.bytes = bytes;
  }

  static ImageHeader read(EncodedBytes bytes, Animated animated) throws ImageException {
    var webp = new WebpHeader(bytes);
    webp.chunks();
    if (webp.frames > 1 && animated == Animated.REFUSE) {
      throw ImageHeader.severalFrames("WebP: an animation");
    }
    return webp.header();
  }

  /** Returns the first frame of an animation; null for an image that is decoded as it is. */
  static @Nullable WebpFrame firstFrame(EncodedBytes bytes) throws ImageException {
    var webp = new WebpHeader(bytes);
    webp.chunks();
    return webp.first;
  }

  private void chunks() throws ImageException {
    long end = 8 + bytes.u32LittleEndian(4);
    if (end > bytes.length()) {
      throw new ImageException(
          Code.TRUNCATED,
          String.format(
              Locale.ROOT,
              "WebP: RIFF declares %d bytes, found %d; upload the object again",
              end,
              bytes.length()));
    }
    long at = 12;
    while (at + 8 <= end) {
      long length = bytes.u32LittleEndian(at + 4);
      bytes.need(at, 8 + length);
      chunk(bytes.latin1(at, 4), at + 8, length);
      at += 8 + length + (length & 1);
    }
  }

  private ImageHeader header() throws ImageException {
    if (width == 0) {
      throw new ImageException(
          Code.CORRUPT, "WebP: no VP8 or VP8L chunk; replace the object or leave it out");
    }
    boolean transparent = animation() ? flag(ALPHA_FLAG) : alpha;
    Samples samples = transparent ? Samples.FLATTEN : Samples.OPAQUE;
    int orientation = ExifOrientation.effective(exif, xmp);
    if (animation()) {
      return new ImageHeader(ImageFormat.WEBP, canvasWidth, canvasHeight, 1, samples, orientation);
    }
    if (canvasWidth != 0 && (canvasWidth != width || canvasHeight != height)) {
      throw new ImageException(
          Code.CORRUPT,
          String.format(
              Locale.ROOT,
              "WebP: VP8X declares %dx%d, the bitstream %dx%d",
              canvasWidth,
              canvasHeight,
              width,
              height));
    }
    return new ImageHeader(ImageFormat.WEBP, width, height, 1, samples, orientation);
  }

  private void chunk(String type, long at, long length) throws ImageException {
    switch (type) {
      case "VP8X" -> extended(at);
      case "ANIM" -> control = true;
      case "ANMF" -> frame(at, length);
      case "VP8 ", "VP8L", "ALPH" -> {
        if (animation()) {
          throw new ImageException(
              Code.CORRUPT, "WebP: an animation has an image outside of its frames");
        }
        picture(type, at);
        if (type.equals("VP8L") && alpha && !flag(ALPHA_FLAG) && canvasWidth != 0) {
          // VP8X lacks the alpha flag, so the image is decoded with a new header that has it.
          long padded = Math.min(length + (length & 1), bytes.length() - at);
          first = new WebpFrame(0, 0, width, height, true, at - 8, (int) padded + 8);
        }
      }
      case "EXIF" -> {
        if (flag(EXIF_FLAG)) {
          exif = ExifOrientation.ofExif(bytes.slice(at, length));
        }
      }
      case "XMP " -> {
        if (flag(XMP_FLAG)) {
          xmp = ExifOrientation.ofXmp(bytes.latin1(at, length, ExifOrientation.TEXT_BYTES));
        }
      }
      default -> {}
    }
  }

  private boolean flag(int flag) {
    return (flags & flag) != 0;
  }

  private boolean animation() {
    return flag(ANIMATION_FLAG);
  }

  private void picture(String type, long at) throws ImageException {
    switch (type) {
      case "VP8 " -> lossy(at);
      case "VP8L" -> lossless(at);
      case "ALPH" -> alpha |= flag(ALPHA_FLAG);
      default -> {}
    }
  }

  /** Reads an ANMF chunk (section 2.7.1.3): position and size in 24 bits each, flags, chunks. */
  private void frame(long at, long length) throws ImageException {
    if (!animation() || !control) {
      throw new ImageException(
          Code.CORRUPT, "WebP: a frame has no animation flag in VP8X, or no ANIM chunk before it");
    }
    if (++frames > 1) {
      return;
    }
    long end = at + length;
    long chunk = at + FRAME_HEAD;
    while (chunk + 8 <= end) {
      long size = bytes.u32LittleEndian(chunk + 4);
      bytes.need(chunk, 8 + size);
      picture(bytes.latin1(chunk, 4), chunk + 8);
      chunk += 8 + size + (size & 1);
    }
    int left = 2 * u24(at);
    int top = 2 * u24(at + 3);
    if (width != 1 + u24(at + 6)
        || height != 1 + u24(at + 9)
        || left + width > canvasWidth
        || top + height > canvasHeight) {
      throw new ImageException(
          Code.CORRUPT, "WebP: the size of the first frame does not match its image or the canvas");
    }
    first =
        new WebpFrame(
            left,
            top,
            width,
            height,
            flag(ALPHA_FLAG),
            at + FRAME_HEAD,
            (int) (length - FRAME_HEAD));
  }

  private int u24(long at) throws ImageException {
    return bytes.u16LittleEndian(at) | bytes.u8(at + 2) << 16;
  }

  private void extended(long at) throws ImageException {
    flags = bytes.u8(at);
    alpha |= flag(ALPHA_FLAG);
    canvasWidth = 1 + u24(at + 4);
    canvasHeight = 1 + u24(at + 7);
  }

  private void lossy(long at) throws ImageException {
    boolean keyFrame = (bytes.u8(at) & 1) == 0;
    if (!keyFrame || !bytes.startsWith(at + 3, "\u009d\u0001*")) {
      throw new ImageException(Code.CORRUPT, "WebP: the VP8 chunk does not start with a key frame");
    }
    size(bytes.u16LittleEndian(at + 6) & SIDE_MASK, bytes.u16LittleEndian(at + 8) & SIDE_MASK);
  }

  private void lossless(long at) throws ImageException {
    if (bytes.u8(at) != VP8L_SIGNATURE) {
      throw new ImageException(Code.CORRUPT, "WebP: the VP8L chunk does not start with 0x2f");
    }
    long bits = bytes.u32LittleEndian(at + 1);
    alpha |= (bits >> 28 & 1) != 0;
    size(1 + (int) (bits & SIDE_MASK), 1 + (int) (bits >> 14 & SIDE_MASK));
  }

  private void size(int declaredWidth, int declaredHeight) throws ImageException {
    ImageHeader.requireSize("WebP", declaredWidth, declaredHeight);
    if (width != 0) {
      // libwebp decodes the first image, whose size may differ from that of the last.
      throw new ImageException(Code.CORRUPT, "WebP: found two pictures, needs one");
    }
    width = declaredWidth;
    height = declaredHeight;
  }
}
