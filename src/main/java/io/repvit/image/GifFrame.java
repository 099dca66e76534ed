package io.repvit.image;

/**
 * The first frame of a GIF.
 *
 * @param canvasWidth width of the logical screen, or more if the frame extends beyond it
 * @param canvasHeight height of the logical screen, or more if the frame extends beyond it
 * @param colours position of the palette; 0 without one, which means levels of grey
 * @param colourCount number of colours in the palette
 * @param transparent transparent index, or -1
 * @param data position of the LZW minimum code size
 */
record GifFrame(
    int canvasWidth,
    int canvasHeight,
    int left,
    int top,
    int width,
    int height,
    boolean interlaced,
    long colours,
    int colourCount,
    int transparent,
    long data) {
  private static final int IMAGE = 0x2c;
  private static final int EXTENSION = 0x21;
  private static final int TRAILER = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int PALETTE = 0x80;
  private static final int INTERLACED = 0x40;

  static GifFrame first(EncodedBytes bytes) throws ImageException {
    int screen = bytes.u8(10);
    long colours = 13;
    long at = colours + tableBytes(screen);
    int transparent = -1;
    while (true) {
      int block = bytes.u8(at);
      if (block == EXTENSION) {
        if (bytes.u8(at + 1) == GRAPHIC_CONTROL && (bytes.u8(at + 3) & 1) != 0) {
          transparent = bytes.u8(at + 6);
        }
        at = afterBlocks(bytes, at + 2);
      } else if (block == IMAGE) {
        break;
      } else if (block == TRAILER) {
        throw GifCodec.corrupt("ends at byte " + at + " before its first frame");
      } else {
        at++;
      }
    }
    int left = bytes.u16LittleEndian(at + 1);
    int top = bytes.u16LittleEndian(at + 3);
    int width = bytes.u16LittleEndian(at + 5);
    int height = bytes.u16LittleEndian(at + 7);
    ImageHeader.requireSize("GIF: the first frame", width, height);
    int flags = bytes.u8(at + 9);
    boolean own = (flags & PALETTE) != 0;
    long palette = own ? at + 10 : colours;
    int table = own ? flags : screen;
    return new GifFrame(
        Math.max(bytes.u16LittleEndian(6), left + width),
        Math.max(bytes.u16LittleEndian(8), top + height),
        left,
        top,
        width,
        height,
        (flags & INTERLACED) != 0,
        (table & PALETTE) != 0 ? palette : 0,
        tableBytes(table) / 3,
        transparent,
        at + 10 + tableBytes(flags));
  }

  private static int tableBytes(int flags) {
    return (flags & PALETTE) != 0 ? 3 << (1 + (flags & 7)) : 0;
  }

  /** Returns the position after a sequence of sub-blocks and its terminator. */
  private static long afterBlocks(EncodedBytes bytes, long from) throws ImageException {
    long at = from;
    for (int length = bytes.u8(at); length != 0; length = bytes.u8(at)) {
      at += 1 + length;
    }
    return at + 1;
  }

  /** Returns whether another frame follows. */
  boolean followed(EncodedBytes bytes) {
    try {
      long at = afterBlocks(bytes, data + 1);
      while (bytes.u8(at) != IMAGE) {
        if (bytes.u8(at) == TRAILER) {
          return false;
        }
        at = bytes.u8(at) == EXTENSION ? afterBlocks(bytes, at + 2) : at + 1;
      }
      // As in Pillow, an incomplete frame header does not count.
      bytes.need(at, 10);
      return true;
    } catch (ImageException e) {
      // The file has no trailer.
      return false;
    }
  }

  /** Returns the palette index of the canvas outside the frame. */
  int outside() {
    return Math.max(0, transparent);
  }

  /** Returns the palette, {@code 0xAARRGGBB}. */
  int[] palette(EncodedBytes bytes) throws ImageException {
    int[] palette = new int[colours == 0 ? 256 : colourCount];
    for (int i = 0; i < palette.length; i++) {
      long at = colours + 3L * i;
      int rgb =
          colours == 0
              ? i * 0x010101
              : bytes.u8(at) << 16 | bytes.u8(at + 1) << 8 | bytes.u8(at + 2);
      palette[i] = i == transparent ? rgb : 0xff000000 | rgb;
    }
    return palette;
  }
}
