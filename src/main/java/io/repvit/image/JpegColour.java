package io.repvit.image;

import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;

/** What the samples of a JPEG are, as libjpeg decides it (jdapimin.c, default_decompress_parms). */
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

  static JpegColour inks(Samples samples) {
    return samples == Samples.YCCK ? YCCK : CMYK;
  }

  /**
   * A row of samples to RGB.
   *
   * @param line where the row is put together, {@code 3 * pixels} bytes
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
        Inks.yccToRgb(row, pixels, line);
        rgb.put(at, line);
      }
      case RGB -> rgb.put(at, row);
      case CMYK, YCCK -> Inks.toRgb(row, this == YCCK, pixels, rgb, at);
    }
  }
}
