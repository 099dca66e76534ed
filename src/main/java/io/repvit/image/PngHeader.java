package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32;

/** Reads the chunks of a PNG (W3C PNG, third edition, section 5) without inflating any. */
final class PngHeader {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  private static final int IHDR = 0x49484452;
  static final int PLTE = 0x504c5445;
  static final int TRNS = 0x74524e53;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int ACTL = 0x6163544c;
  private static final int EXIF = 0x65584966;
  private static final int ITXT = 0x69545874;

  static final int GREY = 0;
  private static final int ALPHA_BIT = 4;

  /** Length, type and CRC around a chunk's data. */
  private static final int CHUNK_OVERHEAD = 12;

  private static final int IHDR_LENGTH = 13;

  /** Keyword, uncompressed, no language, no translation (section 11.3.3.4). */
  private static final String XMP = "XML:com.adobe.xmp\0\0\0\0\0";

  private PngHeader() {}

  static ImageHeader read(EncodedBytes bytes, Animated animated) throws ImageException {
    long at = SIGNATURE.length();
    if (bytes.u32(at) != IHDR_LENGTH || bytes.u32(at + 4) != IHDR) {
      throw new ImageException(Code.CORRUPT, "PNG: the first chunk is not IHDR of 13 bytes");
    }
    long width = bytes.u32(at + 8);
    long height = bytes.u32(at + 12);
    int depth = bytes.u8(at + 16);
    int colour = bytes.u8(at + 17);
    ImageHeader.requireSize("PNG: IHDR", width, height);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(
          Code.CORRUPT, "PNG: IHDR declares " + width + "x" + height + ", sides end at 2^31 - 1");
    }
    boolean transparent = (colour & ALPHA_BIT) != 0;
    boolean data = false;
    int exif = ExifOrientation.ABSENT;
    int xmp = ExifOrientation.ABSENT;
    for (int type = IHDR; type != IEND; ) {
      long length = bytes.u32(at);
      type = (int) bytes.u32(at + 4);
      // The size of the whole chunk is checked here, so a file cut anywhere is TRUNCATED.
      bytes.need(at, length + CHUNK_OVERHEAD);
      switch (type) {
        case TRNS -> transparent = true;
        case IDAT -> data = true;
        case ACTL -> {
          if (animated == Animated.REFUSE) {
            throw ImageHeader.severalFrames("PNG: acTL chunk, an animation");
          }
        }
        case EXIF -> exif = ExifOrientation.ofExif(bytes.slice(at + 8, length));
        case ITXT -> {
          if (bytes.startsWith(at + 8, XMP)) {
            xmp = ExifOrientation.ofXmp(bytes.latin1(at + 8, length, ExifOrientation.XMP_BYTES));
          }
        }
        default -> {}
      }
      at += length + CHUNK_OVERHEAD;
    }
    if (!data) {
      throw new ImageException(Code.CORRUPT, "PNG: no IDAT chunk, so no pixels");
    }
    return new ImageHeader(
        ImageFormat.PNG,
        (int) width,
        (int) height,
        1,
        samples(depth, colour, transparent),
        ExifOrientation.effective(exif, xmp));
  }

  /**
   * Copies what pixels depend on. The rest (colour profiles, texts, EXIF) is not handed to libpng,
   * which would complain about some of it on stderr.
   *
   * @param destination as long as the source at least
   * @return bytes written
   */
  static int copyCritical(EncodedBytes bytes, ByteBuffer destination) throws ImageException {
    return copyCritical(bytes, destination, true);
  }

  static int copyCritical(EncodedBytes bytes, ByteBuffer destination, boolean transparency)
      throws ImageException {
    ByteBuffer source = bytes.buffer();
    int to = SIGNATURE.length();
    destination.put(0, source, 0, to);
    long at = SIGNATURE.length();
    for (int type = IHDR; type != IEND; ) {
      int length = (int) bytes.u32(at) + CHUNK_OVERHEAD;
      type = (int) bytes.u32(at + 4);
      if (type == IHDR
          || type == PLTE
          || (type == TRNS && transparency)
          || type == IDAT
          || type == IEND) {
        requireChecksum(source, (int) at, length);
        destination.put(to, source, (int) at, length);
        to += length;
      }
      at += length;
    }
    return to;
  }

  private static void requireChecksum(ByteBuffer source, int at, int length) throws ImageException {
    CRC32 crc = new CRC32();
    crc.update(source.slice(at + 4, length - 8));
    int declared = source.getInt(at + length - 4);
    if ((int) crc.getValue() != declared) {
      throw new ImageException(
          Code.CORRUPT,
          String.format(
              Locale.ROOT,
              "PNG: chunk at byte %d has CRC %08x, declares %08x; fetch the object again",
              at,
              crc.getValue(),
              declared));
    }
  }

  /** Where the data of the first chunk of a type begins; -1 without one. */
  static long find(EncodedBytes bytes, int wanted) throws ImageException {
    long at = SIGNATURE.length();
    for (int type = IHDR; type != IEND; at += bytes.u32(at) + CHUNK_OVERHEAD) {
      type = (int) bytes.u32(at + 4);
      if (type == wanted) {
        return at + 8;
      }
    }
    return -1;
  }

  /** The grey level that tRNS makes transparent, scaled to 8 bits when there are fewer. */
  static int greyKey(EncodedBytes bytes) throws ImageException {
    int depth = bytes.u8(SIGNATURE.length() + 16L);
    long at = SIGNATURE.length();
    while ((int) bytes.u32(at + 4) != TRNS) {
      at += bytes.u32(at) + CHUNK_OVERHEAD;
    }
    int level = bytes.u16(at + 8);
    return depth >= 8 ? level : (level & ((1 << depth) - 1)) * 255 / ((1 << depth) - 1);
  }

  private static Samples samples(int depth, int colour, boolean transparent) {
    if (transparent && colour == GREY) {
      return Samples.GREY_WITH_KEY;
    }
    return transparent || depth == 16 ? Samples.FLATTEN : Samples.OPAQUE;
  }
}
