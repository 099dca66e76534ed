package io.repvit.image;

import java.nio.ByteBuffer;

/**
 * Converts CMYK, YCCK and YCbCr samples to RGB with the integer arithmetic of Pillow and libjpeg.
 *
 * <p>As in Pillow, CMYK samples of a JPEG are inverted (255 is no ink), with or without an Adobe
 * segment.
 */
final class ColourConversion {
  // libjpeg's jdcolor.c: FIX(1.40200), FIX(0.34414), FIX(0.71414), FIX(1.77200), 16-bit fractions.
  private static final int CR_TO_RED = 91_881;
  private static final int CB_TO_GREEN = 22_554;
  private static final int CR_TO_GREEN = 46_802;
  private static final int CB_TO_BLUE = 116_130;
  private static final int HALF = 1 << 15;

  private ColourConversion() {}

  /**
   * Converts pixels of a CMYK or YCCK JPEG.
   *
   * @param stored {@code 4 * pixels} samples
   * @param ycck whether the first three samples of a pixel are Y, Cb, Cr rather than C, M, Y
   * @param rgb buffer that receives {@code 3 * pixels} bytes from {@code at}
   */
  static void toRgb(byte[] stored, boolean ycck, int pixels, ByteBuffer rgb, int at) {
    int to = at;
    for (int i = 0; i < 4 * pixels; i += 4, to += 3) {
      int a = stored[i] & 0xff;
      int b = stored[i + 1] & 0xff;
      int c = stored[i + 2] & 0xff;
      int light = stored[i + 3] & 0xff;
      if (ycck) {
        yccToRgb(a, b - 128, c - 128, light, rgb, to);
      } else {
        // Stored samples are 255 - ink.
        put(255 - a, 255 - b, 255 - c, light, rgb, to);
      }
    }
  }

  /** Converts YCbCr as libjpeg's ycc_rgb_convert. */
  static void yccToRgb(byte[] stored, int pixels, byte[] rgb) {
    for (int i = 0; i < 3 * pixels; i += 3) {
      int y = stored[i] & 0xff;
      int cb = (stored[i + 1] & 0xff) - 128;
      int cr = (stored[i + 2] & 0xff) - 128;
      rgb[i] = (byte) clip8(y + ((CR_TO_RED * cr + HALF) >> 16));
      rgb[i + 1] = (byte) clip8(y + ((-CB_TO_GREEN * cb - CR_TO_GREEN * cr + HALF) >> 16));
      rgb[i + 2] = (byte) clip8(y + ((CB_TO_BLUE * cb + HALF) >> 16));
    }
  }

  /** Converts YCCK as libjpeg's ycck_cmyk_convert, whose inverted result Pillow inverts again. */
  private static void yccToRgb(int y, int cb, int cr, int light, ByteBuffer rgb, int at) {
    int red = y + ((CR_TO_RED * cr + HALF) >> 16);
    int green = y + ((-CB_TO_GREEN * cb - CR_TO_GREEN * cr + HALF) >> 16);
    int blue = y + ((CB_TO_BLUE * cb + HALF) >> 16);
    put(clip8(red), clip8(green), clip8(blue), light, rgb, at);
  }

  /**
   * Converts CMYK as Pillow's cmyk2rgb (Convert.c).
   *
   * @param light 255 - K
   */
  static void put(int c, int m, int y, int light, ByteBuffer rgb, int at) {
    rgb.put(at, under(c, light)).put(at + 1, under(m, light)).put(at + 2, under(y, light));
  }

  private static byte under(int ink, int light) {
    int t = ink * light + 128;
    return (byte) (light - (((t >> 8) + t) >> 8));
  }

  private static int clip8(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
