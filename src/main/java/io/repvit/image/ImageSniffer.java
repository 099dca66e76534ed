package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.Locale;

/** Tells formats by their first bytes, never by a name or a content type. */
final class ImageSniffer {
  private static final String REMEDY =
      "; JPEG, PNG, WebP, BMP, GIF, TIFF and PNM are read; convert the object or leave it out of the listing";

  /** As much of an unknown beginning as a message shows, bytes. */
  private static final int SHOWN_BYTES = 16;

  private static final ImageFormat[] FORMATS = ImageFormat.values();

  private ImageSniffer() {}

  static ImageFormat format(EncodedBytes bytes) throws ImageException {
    for (ImageFormat format : FORMATS) {
      if (format.codec().matches(bytes)) {
        return format;
      }
    }
    throw stranger(bytes);
  }

  private static ImageException stranger(EncodedBytes bytes) throws ImageException {
    if (bytes.startsWith(0, "\0\0\0\fjP  ") || bytes.startsWith(0, "\u00ffO\u00ffQ")) {
      return unsupported(Code.UNSUPPORTED_JPEG_2000, "a JPEG 2000");
    }
    if (bytes.startsWith(0, "\0\0\0\fJXL ") || bytes.startsWith(0, "\u00ff\n")) {
      return unsupported(Code.UNSUPPORTED_JPEG_XL, "a JPEG XL");
    }
    if (bytes.startsWith(4, "ftyp") && bytes.length() >= 12) {
      return media(bytes.latin1(8, 4));
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN_BYTES, bytes.length()); i++) {
      shown.append(String.format(Locale.ROOT, "%02x", bytes.u8(i)));
    }
    return new ImageException(
        Code.UNRECOGNISED, "not an image that is known here: begins with 0x" + shown + REMEDY);
  }

  /** Brands of ISO/IEC 23000-22 (HEIF) and of AVIF; other ISO media files are videos. */
  private static ImageException media(String brand) {
    return switch (brand) {
      case "avif", "avis" -> unsupported(Code.UNSUPPORTED_AVIF, "an AVIF");
      case "heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1" ->
          unsupported(Code.UNSUPPORTED_HEIC, "a HEIC or HEIF");
      default ->
          new ImageException(
              Code.UNRECOGNISED, "an ISO media file of brand '" + brand + "'" + REMEDY);
    };
  }

  private static ImageException unsupported(Code code, String found) {
    return new ImageException(code, "found " + found + REMEDY);
  }
}
