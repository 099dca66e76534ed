package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.SampleRows.Layout;
import java.util.Arrays;
import java.util.Locale;

/**
 * The headers of a BMP.
 *
 * @param topDown whether the first stored row is the top row
 * @param bits bits per pixel
 * @param order order of the bytes of a pixel; unused with a palette
 * @param compression 0 is none, 1 is RLE8, 2 is RLE4, 3 is bit masks
 * @param palette position of the palette
 * @param entryBytes bytes per colour of the palette
 * @param colours number of colours in the palette
 * @param data position of the pixels
 */
record BmpHeader(
    int width,
    int height,
    boolean topDown,
    int bits,
    Order order,
    int compression,
    long palette,
    int entryBytes,
    long colours,
    long data) {

  /** The order of the bytes of a pixel; {@code X} is an unused byte. */
  enum Order {
    BGR("BGR"),
    BGR_555(""),
    BGR_565(""),
    BGRX("BGRX"),
    XBGR("XBGR"),
    BGXR("BGXR"),
    ABGR("ABGR"),
    RGBA("RGBA"),
    BGRA("BGRA"),
    BGAR("BGAR");

    private final String bytes;

    Order(String bytes) {
      this.bytes = bytes;
    }

    String bytes() {
      return bytes;
    }
  }

  private static final int FILE_HEADER = 14;
  private static final int CORE = 12;
  private static final int INFO = 40;
  private static final int RUNS_8 = 1;
  static final int RUNS_4 = 2;
  private static final int MASKS = 3;
  private static final int MOST_COLOURS = 65536;

  static BmpHeader read(EncodedBytes bytes) throws ImageException {
    long size = bytes.u32LittleEndian(FILE_HEADER);
    bytes.need(FILE_HEADER, size);
    boolean core = size == CORE;
    if (!core && !Arrays.asList(INFO, 52, 56, 64, 108, 124).contains((int) size)) {
      throw BmpCodec.unsupported("a header of " + size + " bytes");
    }
    long width = core ? bytes.u16LittleEndian(18) : bytes.u32LittleEndian(18);
    long height = core ? bytes.u16LittleEndian(20) : bytes.u32LittleEndian(22);
    boolean topDown = !core && height >> 24 == 0xff;
    height = topDown ? (1L << 32) - height : height;
    ImageHeader.requireSize("BMP", width, height);
    if (width > Integer.MAX_VALUE / 32 || height > Integer.MAX_VALUE) {
      throw new ImageException(
          Code.CORRUPT, "BMP declares " + width + "x" + height + ", which is too large");
    }
    int bits = bytes.u16LittleEndian(core ? 24 : 28);
    long compression = core ? 0 : bytes.u32LittleEndian(30);
    long declared = core ? 0 : bytes.u32LittleEndian(46);
    long colours = declared != 0 ? declared : 1L << (bits & 31);
    boolean separateMasks = compression == MASKS && size == INFO;
    long palette = FILE_HEADER + size + (separateMasks ? 12 : 0);
    int entryBytes = core ? 3 : 4;
    boolean indexed = bits <= 8;
    if (indexed && colours > MOST_COLOURS) {
      throw new ImageException(
          Code.CORRUPT, "BMP: the palette has " + colours + " colours, may have at most 65536");
    }
    long data = bytes.u32LittleEndian(10);
    if (data == 0) {
      data = palette + (indexed ? entryBytes * colours : 0);
    } else if (data == FILE_HEADER + size && indexed) {
      data += entryBytes * colours;
    }
    if (compression > MASKS
        || (compression == RUNS_8 && bits != 8)
        || (compression == RUNS_4 && bits != 4)) {
      throw BmpCodec.unsupported(
          String.format(Locale.ROOT, "compression %d of %d bits", compression, bits));
    }
    Order order = compression == MASKS ? masks(bytes, bits, size) : order(bits);
    return new BmpHeader(
        (int) width,
        (int) height,
        topDown,
        bits,
        order,
        (int) compression,
        palette,
        entryBytes,
        colours,
        data);
  }

  private static Order order(int bits) throws ImageException {
    return switch (bits) {
      case 1, 4, 8, 24 -> Order.BGR;
      case 16 -> Order.BGR_555;
      case 32 -> Order.BGRX;
      default -> throw BmpCodec.unsupported("a depth of " + bits + " bits");
    };
  }

  /** Returns the order for the bit masks; those that Pillow supports are accepted. */
  private static Order masks(EncodedBytes bytes, int bits, long size) throws ImageException {
    int red = (int) bytes.u32LittleEndian(54);
    int green = (int) bytes.u32LittleEndian(58);
    int blue = (int) bytes.u32LittleEndian(62);
    int alpha = size >= 56 ? (int) bytes.u32LittleEndian(66) : 0;
    String masks =
        String.format(
            Locale.ROOT, "%d: %x %x %x %x", bits, red, green, blue, bits == 32 ? alpha : 0);
    return switch (masks) {
      case "16: f800 7e0 1f 0" -> Order.BGR_565;
      case "16: 7c00 3e0 1f 0" -> Order.BGR_555;
      case "24: ff0000 ff00 ff 0" -> Order.BGR;
      case "32: ff0000 ff00 ff 0" -> Order.BGRX;
      case "32: ff000000 ff0000 ff00 0" -> Order.XBGR;
      case "32: ff000000 ff00 ff 0" -> Order.BGXR;
      case "32: ff000000 ff0000 ff00 ff" -> Order.ABGR;
      case "32: ff ff00 ff0000 ff000000" -> Order.RGBA;
      case "32: ff0000 ff00 ff ff000000", "32: 0 0 0 0" -> Order.BGRA;
      case "32: ff000000 ff00 ff ff0000" -> Order.BGAR;
      default -> throw BmpCodec.unsupported("a layout of bits " + masks);
    };
  }

  boolean runs() {
    return compression == RUNS_8 || compression == RUNS_4;
  }

  /** Returns the bytes of a stored row, padded to 4 bytes. */
  long rowBytes() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  /** Returns the samples per unpacked pixel. */
  int samples() {
    if (bits <= 8) {
      return 1;
    }
    return order.bytes().contains("A") ? 4 : 3;
  }

  SampleRows rows(EncodedBytes bytes) throws ImageException {
    if (bits > 8) {
      Layout layout = samples() == 4 ? Layout.RGBA : Layout.RGB;
      return SampleRows.of(layout, samples(), Samples8.of(255));
    }
    int[] colour = new int[(int) Math.min(colours, 256)];
    for (int i = 0; i < colour.length; i++) {
      long at = palette + (long) entryBytes * i;
      colour[i] = 0xff000000 | bytes.u8(at + 2) << 16 | bytes.u8(at + 1) << 8 | bytes.u8(at);
    }
    return SampleRows.indexed(1, colour);
  }
}
