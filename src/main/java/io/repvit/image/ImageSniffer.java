package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells formats by their first bytes, never by a name or a content type. */
final class ImageSniffer {
  private static final String REMEDY =
      "; JPEG, PNG, WebP, BMP, GIF, TIFF and PNM are read; convert the object or leave it out of the listing";

  /** As much of an unknown beginning as a message shows, bytes. */
  private static final int SHOWN_BYTES = 16;

  /** More than encoders write. */
  private static final int MOST_BRANDS = 16;

  private static final Set<String> AVIF = Set.of("avif", "avis");

  /** HEVC. */
  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");

  /** Containers, and other codings: AVC, JPEG, JPEG 2000, VVC. */
  private static final Set<String> HEIF =
      Set.of(
          "mif1", "mif2", "msf1", "miaf", "avci", "avcs", "jpeg", "jpgs", "j2ki", "j2is", "vvic",
          "vvis");

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
      return media(bytes);
    }
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(SHOWN_BYTES, bytes.length()); i++) {
      shown.append(String.format(Locale.ROOT, "%02x", bytes.u8(i)));
    }
    return new ImageException(
        Code.UNRECOGNISED, "not an image that is known here: begins with 0x" + shown + REMEDY);
  }

  /**
   * Still pictures and sequences of HEIF (ISO/IEC 23008-12) and AVIF; other ISO media files are
   * videos. A brand of the container alone does not say how the picture is coded, the compatible
   * brands do.
   */
  private static ImageException media(EncodedBytes bytes) throws ImageException {
    List<String> brands = brands(bytes);
    String found = "brands '" + String.join("', '", brands) + "'";
    for (String brand : brands) {
      if (AVIF.contains(brand)) {
        return unsupported(Code.UNSUPPORTED_AVIF, "an AVIF (" + found + ")");
      }
      if (HEIC.contains(brand)) {
        return unsupported(Code.UNSUPPORTED_HEIC, "a HEIC (" + found + ")");
      }
    }
    if (brands.stream().anyMatch(HEIF::contains)) {
      return unsupported(Code.UNSUPPORTED_HEIC, "a HEIF (" + found + ")");
    }
    return new ImageException(
        Code.UNRECOGNISED, "not a picture but an ISO media file (" + found + ")" + REMEDY);
  }

  /** The major brand and the first compatible ones, as much of them as is there. */
  private static List<String> brands(EncodedBytes bytes) throws ImageException {
    long end = Math.min(bytes.u32(0), bytes.length());
    List<String> brands = new ArrayList<>(List.of(brand(bytes, 8)));
    for (long at = 16; at + 4 <= end && brands.size() < MOST_BRANDS; at += 4) {
      String brand = brand(bytes, at);
      if (!brands.contains(brand)) {
        brands.add(brand);
      }
    }
    return brands;
  }

  private static String brand(EncodedBytes bytes, long at) throws ImageException {
    return bytes.latin1(at, 4).replaceAll("[^ -~]", "?");
  }

  private static ImageException unsupported(Code code, String found) {
    return new ImageException(code, "found " + found + REMEDY);
  }
}
