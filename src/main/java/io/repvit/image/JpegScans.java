package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Counts the scans of a JPEG that has several, each of which makes the codec go over all pixels.
 */
final class JpegScans {
  /** Progressive encoders write about ten scans; what is refined bit by bit may have fifty. */
  private static final int MAX_SCANS = 100;

  private JpegScans() {}

  /**
   * Scans up to the end marker, the first included.
   *
   * @param from where the header of the first scan ends
   */
  static int count(EncodedBytes bytes, long from) throws ImageException {
    int scans = 1;
    ByteBuffer buffer = bytes.buffer();
    long last = buffer.limit() - 1L;
    for (long at = from; at < last; at++) {
      if (buffer.get((int) at) != (byte) 0xff) {
        continue;
      }
      int marker = buffer.get((int) at + 1) & 0xff;
      if (marker == JpegHeader.EOI) {
        break;
      }
      if (marker == JpegHeader.SOS) {
        scans++;
      }
      // Below SOF0 libjpeg takes a marker within a scan for damage and goes on behind it.
      if (marker >= JpegHeader.SOF0 && marker != 0xff && !JpegHeader.standsAlone(marker)) {
        at += 1 + bytes.u16(at + 2);
      }
    }
    if (scans > MAX_SCANS) {
      throw new ImageException(
          Code.TOO_MANY_SCANS,
          String.format(
              Locale.ROOT,
              "JPEG: %d scans, at most %d are decoded; encode it again or leave it out",
              scans,
              MAX_SCANS));
    }
    return scans;
  }
}
