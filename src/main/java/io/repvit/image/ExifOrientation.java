package io.repvit.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the orientation tag of EXIF 2.32 (section 4.6.4, tag 0x0112) or, if EXIF has none, of XMP,
 * as Pillow does. Invalid metadata is treated as absent.
 */
final class ExifOrientation {
  private static final String HEAD = "Exif\0\0";

  /** The metadata has no orientation. */
  static final int ABSENT = 0;

  /** Largest length of a text that is searched: 1 MiB, Pillow's limit for compressed texts. */
  static final int TEXT_BYTES = 1 << 20;

  /** The tag has no valid value; XMP is then ignored, as in Pillow. */
  private static final int INVALID = 9;

  private static final int TAG = 0x0112;
  private static final int BYTES_PER_ENTRY = 12;
  private static final int TYPE_BYTE = 1;
  private static final int TYPE_SHORT = 3;
  private static final int TYPE_LONG = 4;

  /** The pattern of Pillow's Image.getexif. */
  private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

  private ExifOrientation() {}

  /** Returns the tag of a TIFF structure, with or without the prefix "Exif\0\0", unchecked. */
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

  /** Returns the orientation of EXIF or else XMP; 1 if it is not 1 to 8. */
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
        // The last tag with a value is used.
        if (u16(tiff, entry, little) == TAG && u32(tiff, entry + 4, little) > 0) {
          named = value(tiff, entry, little);
        }
      }
    } catch (ImageException e) {
      // The entries of a truncated directory are used.
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
