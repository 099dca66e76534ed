package io.repvit.image;

/**
 * The first picture of a GIF.
 *
 * @param canvasWidth of the whole image: the screen, or more where the frame reaches beyond it
 * @param colours where its palette begins, or 0 for levels of grey
 * @param colourCount entries of the palette
 * @param transparent the index that shows nothing, or -1
 * @param data where the LZW code size stands
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
        throw GifCodec.corrupt("ends at byte " + at + " before its first picture");
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

  /** Behind the sub-blocks that begin here, and their end mark. */
  private static long afterBlocks(EncodedBytes bytes, long from) throws ImageException {
    long at = from;
    for (int length = bytes.u8(at); length != 0; length = bytes.u8(at)) {
      at += 1 + length;
    }
    return at + 1;
  }

  /** Whether another picture begins behind this one. */
  boolean followed(EncodedBytes bytes) {
    try {
      long at = afterBlocks(bytes, data + 1);
      while (bytes.u8(at) != IMAGE) {
        if (bytes.u8(at) == TRAILER) {
          return false;
        }
        at = bytes.u8(at) == EXTENSION ? afterBlocks(bytes, at + 2) : at + 1;
      }
      // As in Pillow, half a frame is none.
      bytes.need(at, 10);
      return true;
    } catch (ImageException e) {
      // The file ends without its end mark.
      return false;
    }
  }

  /** The index of the canvas where the frame does not cover it. */
  int outside() {
    return Math.max(0, transparent);
  }

  /** {@code 0xAARRGGBB}. */
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
