package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;

/**
 * Windows and OS/2 bitmaps of 1, 4, 8, 16, 24 and 32 bits, uncompressed and run-length encoded. As
 * in Pillow, the fourth byte of a pixel is alpha only if a bit mask declares it.
 */
final class BmpCodec implements ImageCodec {
  @Override
  public boolean matches(EncodedBytes bytes) {
    return bytes.startsWith(0, "BM");
  }

  @Override
  public ImageHeader header(EncodedBytes bytes, Animated animated) throws ImageException {
    BmpHeader bmp = BmpHeader.read(bytes);
    if (!bmp.runs()) {
      bytes.need(bmp.data(), bmp.rowBytes() * bmp.height());
    }
    return new ImageHeader(ImageFormat.BMP, bmp.width(), bmp.height(), 1, Samples.OPAQUE, 1);
  }

  @Override
  public void decode(
      ImageHeader header, int factor, EncodedBytes bytes, DecoderContext context, ByteBuffer rgb)
      throws ImageException {
    BmpHeader bmp = BmpHeader.read(bytes);
    int width = bmp.width();
    int[] row = new int[bmp.samples() * width];
    SampleRows rows = bmp.rows(bytes);
    BmpRuns runs = new BmpRuns(bytes, bmp);
    for (int line = 0; line < bmp.height(); line++) {
      if (bmp.runs()) {
        runs.read(row);
      } else {
        unpack(bytes, bmp, bmp.data() + line * bmp.rowBytes(), row);
      }
      int y = bmp.topDown() ? line : bmp.height() - 1 - line;
      rows.put(row, width, rgb, 3 * width * y);
    }
  }

  private static void unpack(EncodedBytes bytes, BmpHeader bmp, long at, int[] row)
      throws ImageException {
    switch (bmp.bits()) {
      case 16 -> {
        for (int x = 0; x < bmp.width(); x++) {
          int pixel = bytes.u16LittleEndian(at + 2L * x);
          int green = bmp.order() == BmpHeader.Order.BGR_565 ? 6 : 5;
          row[3 * x] = scaled(pixel >> (5 + green) & 31, 31);
          row[3 * x + 1] = scaled(pixel >> 5 & ((1 << green) - 1), (1 << green) - 1);
          row[3 * x + 2] = scaled(pixel & 31, 31);
        }
      }
      case 24, 32 -> {
        int samples = bmp.samples();
        int stride = bmp.bits() / 8;
        String order = bmp.order().bytes();
        for (int c = 0; c < samples; c++) {
          int offset = order.indexOf("RGBA".charAt(c));
          for (int x = 0; x < bmp.width(); x++) {
            row[samples * x + c] = bytes.u8(at + (long) stride * x + offset);
          }
        }
      }
      default -> {
        int bits = bmp.bits();
        for (int x = 0; x < bmp.width(); x++) {
          long bit = (long) bits * x;
          row[x] = bytes.u8(at + bit / 8) >> (8 - bits - bit % 8) & ((1 << bits) - 1);
        }
      }
    }
  }

  /** Scales a sample to 8 bits without rounding, as Pillow does. */
  private static int scaled(int value, int most) {
    return value * 255 / most;
  }

  static ImageException unsupported(String found) {
    return new ImageException(
        Code.UNSUPPORTED_BMP, "BMP: " + found + " is not supported; convert the object to PNG");
  }
}
