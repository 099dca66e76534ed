package io.repvit.image;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Locale;

/**
 * Writes pixels as programs with OpenCV hold them, uint8 {@code [height, width, channels]} in the
 * order BGR or BGRA, as a PNM file. Its decoder gives the same pixels.
 */
public final class BgrPixels {
  private BgrPixels() {}

  /**
   * Returns a PGM of one channel, or a PPM of three or four. Transparency is composed over white.
   *
   * @param channels 1 (grey), 3 (BGR) or 4 (BGRA)
   * @throws IllegalArgumentException if the number of bytes is not that of the image
   */
  public static byte[] toPnm(int width, int height, int channels, byte[] bgr) {
    if (channels != 1 && channels != 3 && channels != 4) {
      throw new IllegalArgumentException("found " + channels + " channels, expected 1, 3 or 4");
    }
    if (width < 1 || height < 1 || bgr.length != (long) width * height * channels) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found %d bytes for %dx%d pixels of %d channels, expected %d",
              bgr.length,
              width,
              height,
              channels,
              (long) width * height * channels));
    }
    int samples = channels == 1 ? 1 : 3;
    byte[] header =
        String.format(Locale.ROOT, "P%d %d %d 255\n", channels == 1 ? 5 : 6, width, height)
            .getBytes(US_ASCII);
    byte[] pnm = new byte[Math.addExact(header.length, width * height * samples)];
    System.arraycopy(header, 0, pnm, 0, header.length);
    if (channels == 1) {
      System.arraycopy(bgr, 0, pnm, header.length, bgr.length);
      return pnm;
    }
    int to = header.length;
    for (int at = 0; at < bgr.length; at += channels) {
      int alpha = channels == 4 ? bgr[at + 3] & 0xff : 255;
      for (int c = 2; c >= 0; c--) {
        pnm[to++] = SampleRows.over(bgr[at + c] & 0xff, alpha);
      }
    }
    return pnm;
  }
}
