package io.repvit.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The orientation tag of EXIF 2.32 (section 4.6.4, tag 0x0112) or, where EXIF has none, of XMP, in
 * Pillow's order of precedence. Metadata that cannot be read counts as absent: pixels matter more.
 */
final class ExifOrientation {
  private static final String HEAD = "Exif\0\0";

  /** The metadata names no orientation. */
  static final int ABSENT = 0;

  /** 1 MiB, as much as Pillow takes of a compressed text: as far as texts are looked through. */
  static final int TEXT_BYTES = 1 << 20;

  /** The tag is there, and names no orientation: whatever else names one does not count. */
  private static final int INVALID = 9;

  private static final int TAG = 0x0112;
  private static final int BYTES_PER_ENTRY = 12;
  private static final int TYPE_BYTE = 1;
  private static final int TYPE_SHORT = 3;
  private static final int TYPE_LONG = 4;

  /** The pattern of Pillow's Image.getexif. */
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private ExifOrientation() {}

  /** The tag of a TIFF structure, with or without "Exif\0\0" before it; as it stands there. */
  static int ofExif(EncodedBytes exif) {
    long start = 0;
    while (exif.startsWith(start, HEAD)) {
      start += HEAD.length();
    }
    return find(exif, start);
  }

  static int ofXmp(String xmp) {
    Matcher matcher = XMP.matcher(xmp);
    return matcher.find() ? matcher.group(1).charAt(0) - '0' : ABSENT;
  }

  /** EXIF before XMP; whatever is not 1 to 8 is upright. */
  static int effective(int exif, int xmp) {
    int named = exif == ABSENT ? xmp : exif;
    return named >= 1 && named <= 8 ? named : 1;
  }

  private static int find(EncodedBytes exif, long start) {
    int named = ABSENT;
    try {
      EncodedBytes tiff = exif.slice(start, exif.length() - start);
      boolean little = tiff.startsWith(0, "II*\0");
      if (!little && !tiff.startsWith(0, "MM\0*")) {
        return ABSENT;
      }
      long directory = u32(tiff, 4, little);
      int entries = u16(tiff, directory, little);
      for (int i = 0; i < entries; i++) {
        long entry = directory + 2 + (long) i * BYTES_PER_ENTRY;
        tiff.need(entry, BYTES_PER_ENTRY);
        // Of several the last counts, and one without a value does not.
        if (u16(tiff, entry, little) == TAG && u32(tiff, entry + 4, little) > 0) {
          named = value(tiff, entry, little);
        }
      }
    } catch (ImageException e) {
      // The entries before the cut of a truncated directory count.
      return named;
    }
    return named;
  }

  private static int value(EncodedBytes tiff, long entry, boolean little) throws ImageException {
    if (u32(tiff, entry + 4, little) != 1) {
      return INVALID;
    }
    return switch (u16(tiff, entry + 2, little)) {
      case TYPE_BYTE -> tiff.u8(entry + 8);
      case TYPE_SHORT -> u16(tiff, entry + 8, little);
      case TYPE_LONG -> (int) Math.min(u32(tiff, entry + 8, little), Short.MAX_VALUE);
      default -> INVALID;
    };
  }

  private static int u16(EncodedBytes tiff, long at, boolean little) throws ImageException {
    return little ? tiff.u16LittleEndian(at) : tiff.u16(at);
  }

  private static long u32(EncodedBytes tiff, long at, boolean little) throws ImageException {
    return little ? tiff.u32LittleEndian(at) : tiff.u32(at);
  }
}
