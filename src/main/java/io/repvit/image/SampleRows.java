package io.repvit.image;

import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Converts rows of stored samples to 8-bit RGB. Samples are scaled to 8 bits, CMYK is converted as
 * in Pillow, and transparency is composed over white.
 */
final class SampleRows {
  /** The samples of a pixel, in order. */
  enum Layout {
    GREY(1),
    GREY_ALPHA(2),
    RGB(3),
    RGBA(4),
    /** RGBA with premultiplied alpha. */
    RGB_ON_BLACK(4),
    /** CMYK; 0 is no ink. */
    CMYK(4),
    /** An index into a palette of {@code 0xAARRGGBB}. */
    PALETTE(1);

    private final int samples;

    Layout(int samples) {
      this.samples = samples;
    }

    /** Returns the samples per pixel, without extra samples. */
    int samples() {
      return samples;
    }
  }

  private static final int WHITE = 255;

  private final Layout layout;
  private final int stride;
  private final byte[] scale;
  private final int[] palette;

  private SampleRows(Layout layout, int stride, byte[] scale, int[] palette) {
    if (stride < layout.samples()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%d samples per pixel, %s needs %d", stride, layout, layout.samples()));
    }
    this.layout = layout;
    this.stride = stride;
    this.scale = scale;
    this.palette = palette;
  }

  /**
   * Creates a converter.
   *
   * @param stride samples per pixel, extra samples included
   * @param scale table that scales samples to 8 bits, see {@link Samples8}
   */
  static SampleRows of(Layout layout, int stride, byte[] scale) {
    return new SampleRows(layout, stride, scale, new int[0]);
  }

  /**
   * Creates a converter of palette indices. Indices beyond the palette are opaque black, as in
   * Pillow.
   *
   * @param palette colours, {@code 0xAARRGGBB}
   */
  static SampleRows indexed(int stride, int[] palette) {
    return new SampleRows(Layout.PALETTE, stride, new byte[0], palette);
  }

  /**
   * Converts a row.
   *
   * @param row {@code stride * pixels} samples, each an index of the scale table
   * @param rgb buffer that receives {@code 3 * pixels} bytes from {@code at}
   */
  void put(int[] row, int pixels, ByteBuffer rgb, int at) {
    for (int i = 0; i < pixels; i++) {
      pixel(row, i * stride, rgb, at + 3 * i);
    }
  }

  private void pixel(int[] row, int from, ByteBuffer rgb, int at) {
    switch (layout) {
      case GREY -> {
        byte level = scale[row[from]];
        rgb.put(at, level).put(at + 1, level).put(at + 2, level);
      }
      case GREY_ALPHA -> {
        byte level = over(scaled(row[from]), scaled(row[from + 1]));
        rgb.put(at, level).put(at + 1, level).put(at + 2, level);
      }
      case RGB -> {
        for (int c = 0; c < 3; c++) {
          rgb.put(at + c, scale[row[from + c]]);
        }
      }
      case RGBA -> {
        int alpha = scaled(row[from + 3]);
        for (int c = 0; c < 3; c++) {
          rgb.put(at + c, over(scaled(row[from + c]), alpha));
        }
      }
      case RGB_ON_BLACK -> {
        int light = WHITE - scaled(row[from + 3]);
        for (int c = 0; c < 3; c++) {
          rgb.put(at + c, (byte) Math.min(WHITE, scaled(row[from + c]) + light));
        }
      }
      case CMYK ->
          ColourConversion.put(
              scaled(row[from]),
              scaled(row[from + 1]),
              scaled(row[from + 2]),
              WHITE - scaled(row[from + 3]),
              rgb,
              at);
      case PALETTE -> {
        int colour = row[from] < palette.length ? palette[row[from]] : 0xff000000;
        int alpha = colour >>> 24;
        rgb.put(at, over(colour >> 16 & 0xff, alpha))
            .put(at + 1, over(colour >> 8 & 0xff, alpha))
            .put(at + 2, over(colour & 0xff, alpha));
      }
    }
  }

  private int scaled(int sample) {
    return scale[sample] & 0xff;
  }

  /** Composes a value over white: {@code c * a / 255 + 255 - a}, rounded once. */
  static byte over(int value, int alpha) {
    int t = value * alpha + WHITE * (255 - alpha) + 128;
    return (byte) (((t >> 8) + t) >> 8);
  }
}
