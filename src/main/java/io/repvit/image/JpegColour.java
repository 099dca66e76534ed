package io.repvit.image;

import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;

/** The colour space of a JPEG, as libjpeg detects it (default_decompress_parms of jdapimin.c). */
enum JpegColour {
  GREY(1),
  YCC(3),
  RGB(3),
  CMYK(4),
  YCCK(4);

  private final int samples;

  JpegColour(int samples) {
    this.samples = samples;
  }

  int samples() {
    return samples;
  }

  static JpegColour cmyk(Samples samples) {
    return samples == Samples.YCCK ? YCCK : CMYK;
  }

  /**
   * Converts a row of samples to RGB.
   *
   * @param line buffer for one row of RGB, {@code 3 * pixels} bytes
   */
  void toRgb(byte[] row, int pixels, byte[] line, ByteBuffer rgb, int at) {
    switch (this) {
      case GREY -> {
        for (int i = 0; i < pixels; i++) {
          line[3 * i] = row[i];
          line[3 * i + 1] = row[i];
          line[3 * i + 2] = row[i];
        }
        rgb.put(at, line);
      }
      case YCC -> {
        ColourConversion.yccToRgb(row, pixels, line);
        rgb.put(at, line);
      }
      case RGB -> rgb.put(at, row);
      case CMYK, YCCK -> ColourConversion.toRgb(row, this == YCCK, pixels, rgb, at);
    }
  }
}
