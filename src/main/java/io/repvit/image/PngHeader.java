package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.CRC32;

/** Reads the chunks of a PNG (W3C PNG, third edition, section 5) without decoding pixels. */
final class PngHeader {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  private static final int IHDR = 0x49484452;
  static final int PLTE = 0x504c5445;
  static final int TRNS = 0x74524e53;
  private static final int IDAT = 0x49444154;
  private static final int IEND = 0x49454e44;
  private static final int ACTL = 0x6163544c;
  private static final int FCTL = 0x6663544c;

  static final int GREY = 0;
  static final int RGB = 2;
  static final int PALETTE = 3;
  private static final int ALPHA_BIT = 4;

  /** Length, type and CRC of a chunk, bytes. */
  private static final int CHUNK_OVERHEAD = 12;

  private static final int IHDR_LENGTH = 13;

  private PngHeader() {}

  static ImageHeader read(EncodedBytes bytes, Animated animated) throws ImageException {
    long at = SIGNATURE.length();
    if (bytes.u32(at) != IHDR_LENGTH || bytes.u32(at + 4) != IHDR) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: the first chunk must be IHDR of 13 bytes; replace the object or leave it out");
    }
    long width = bytes.u32(at + 8);
    long height = bytes.u32(at + 12);
    int depth = bytes.u8(at + 16);
    int colour = bytes.u8(at + 17);
    ImageHeader.requireSize("PNG: IHDR", width, height);
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new ImageException(
          Code.CORRUPT,
          "PNG: IHDR declares "
              + width
              + "x"
              + height
              + ", a side may have at most 2^31 - 1 pixels");
    }
    var animation = new PngAnimation(width, height);
    var metadata = new PngMetadata();
    boolean data = false;
    boolean nextFrame = false;
    for (int type = IHDR; type != IEND; ) {
      long length = bytes.u32(at);
      type = (int) bytes.u32(at + 4);
      // Checks the length of the whole chunk, so that every truncated file is detected.
      bytes.need(at, length + CHUNK_OVERHEAD);
      EncodedBytes content = bytes.slice(at + 8, length);
      if (type == IDAT) {
        data = true;
      } else if (type == ACTL && !data) {
        animation.control(content);
      } else if (type == FCTL && !data) {
        animation.firstFrame(content);
      } else if (type == FCTL) {
        nextFrame = animation.severalFrames();
      } else if (!nextFrame) {
        metadata.chunk(type, content);
      }
      at += length + CHUNK_OVERHEAD;
    }
    if (!data) {
      throw new ImageException(
          Code.CORRUPT, "PNG: no IDAT chunk; replace the object or leave it out");
    }
    if (animated == Animated.REFUSE && animation.severalFrames()) {
      throw ImageHeader.severalFrames("PNG: an animation (acTL chunk)");
    }
    boolean transparent = (colour & ALPHA_BIT) != 0 || transparency(bytes) >= 0;
    return new ImageHeader(
        ImageFormat.PNG,
        (int) width,
        (int) height,
        1,
        samples(depth, colour, transparent),
        metadata.orientation());
  }

  /**
   * Copies the chunks that the pixels depend on. Other chunks (colour profiles, texts, EXIF, IDAT
   * chunks that do not follow the first) are dropped, because a codec may refuse or log them.
   *
   * @param destination buffer of at least the length of the source
   * @param transparency whether tRNS is copied
   * @return number of bytes written
   */
  static int copyCritical(EncodedBytes bytes, ByteBuffer destination, boolean transparency)
      throws ImageException {
    ByteBuffer source = bytes.buffer();
    int to = SIGNATURE.length();
    destination.put(0, source, 0, to);
    boolean palette = colour(bytes) == PALETTE;
    long key = transparency ? transparency(bytes) : -1;
    long at = SIGNATURE.length();
    int last = 0;
    boolean data = false;
    for (int type = IHDR; type != IEND; last = type) {
      int length = (int) bytes.u32(at) + CHUNK_OVERHEAD;
      type = (int) bytes.u32(at + 4);
      boolean copied =
          switch (type) {
            case IDAT -> !data || last == IDAT;
            case PLTE -> palette && !data;
            case TRNS -> at + 8 == key;
            default -> type == IHDR || type == IEND;
          };
      if (copied) {
        requireChecksum(source, (int) at, length);
        destination.put(to, source, (int) at, length);
        to += length;
      }
      data |= type == IDAT;
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
              "PNG: chunk at byte %d has CRC %08x, declares %08x; upload the object again",
              at,
              crc.getValue(),
              declared));
    }
  }

  private static int colour(EncodedBytes bytes) throws ImageException {
    return bytes.u8(SIGNATURE.length() + 17L);
  }

  /** Returns the position of the data of the first chunk of a type before IDAT; -1 without one. */
  static long find(EncodedBytes bytes, int wanted) throws ImageException {
    long at = SIGNATURE.length();
    for (int type = IHDR; type != IEND && type != IDAT; at += bytes.u32(at) + CHUNK_OVERHEAD) {
      type = (int) bytes.u32(at + 4);
      if (type == wanted) {
        return at + 8;
      }
    }
    return -1;
  }

  /** Returns the position of the data of the tRNS chunk, if libpng would use it; otherwise -1. */
  static long transparency(EncodedBytes bytes) throws ImageException {
    long key = find(bytes, TRNS);
    if (key < 0) {
      return -1;
    }
    long length = bytes.u32(key - 8);
    boolean used =
        switch (colour(bytes)) {
          case GREY -> length == 2;
          case RGB -> length == 6;
          case PALETTE -> {
            long palette = find(bytes, PLTE);
            yield palette >= 0
                && palette < key
                && length > 0
                && length <= bytes.u32(palette - 8) / 3;
          }
          default -> false;
        };
    return used ? key : -1;
  }

  /**
   * Returns the transparent grey level of tRNS, scaled to 8 bits if samples have fewer. Only the
   * low bits of its 16 bits are used, as many as a sample has (section 11.3.2.1).
   */
  static int greyKey(EncodedBytes bytes) throws ImageException {
    int depth = bytes.u8(SIGNATURE.length() + 16L);
    int most = (1 << depth) - 1;
    int level = bytes.u16(transparency(bytes)) & most;
    return depth >= 8 ? level : level * 255 / most;
  }

  private static Samples samples(int depth, int colour, boolean transparent) {
    if (transparent && colour == GREY) {
      return Samples.GREY_WITH_KEY;
    }
    return transparent || depth == 16 ? Samples.FLATTEN : Samples.OPAQUE;
  }
}
