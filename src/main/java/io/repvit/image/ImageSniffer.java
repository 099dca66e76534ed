package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Detects the format of an image by its first bytes; names and content types are not used. */
final class ImageSniffer {
  private static final ImageFormat[] FORMATS = ImageFormat.values();

  private static final String REMEDY =
      "; supported formats are "
          + Arrays.stream(FORMATS).map(ImageFormat::title).collect(Collectors.joining(", "))
          + "; convert the object or leave it out of the listing";

  /** Number of bytes of an unknown format that the message shows. */
  private static final int SHOWN_BYTES = 16;

  /** Largest number of brands that are read; encoders write fewer. */
  private static final int MOST_BRANDS = 16;

  private static final Set<String> AVIF = Set.of("avif", "avis");

  /** Brands of HEVC-coded images. */
  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");

  /** Brands of HEIF that name only the container, or another codec: AVC, JPEG, JPEG 2000, VVC. */
  private static final Set<String> HEIF =
      Set.of(
          "mif1", "mif2", "msf1", "miaf", "avci", "avcs", "jpeg", "jpgs", "j2ki", "j2is", "vvic",
          "vvis");

  private ImageSniffer() {}

  /**
   * Returns the format of an image.
   *
   * @throws ImageException with a code that names an unsupported format where it is known
   */
  static ImageFormat format(EncodedBytes bytes) throws ImageException {
    for (ImageFormat format : FORMATS) {
      if (format.codec().matches(bytes)) {
        return format;
      }
    }
    throw unsupported(bytes);
  }

  private static ImageException unsupported(EncodedBytes bytes) throws ImageException {
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
        Code.UNRECOGNISED, "unknown image format, begins with 0x" + shown + REMEDY);
  }

  /**
   * Refuses an ISO media file: an image or image sequence of HEIF (ISO/IEC 23008-12) or AVIF, or a
   * video. All brands are considered, because the major brand may name only the container.
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
        Code.UNRECOGNISED, "an ISO media file that is not an image (" + found + ")" + REMEDY);
  }

  /** Returns the major brand and the first compatible brands of a file that may be truncated. */
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
