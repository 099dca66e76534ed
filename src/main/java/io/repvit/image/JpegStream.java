package io.repvit.image;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.Locale;

/**
 * Checks the markers of a JPEG from its first scan to its end as libjpeg's jdmarker.c does, and
 * counts its scans. It refuses the files that libjpeg, and so Pillow, refuses as a broken data
 * stream. OpenCV does not report errors after the last row, where libjpeg finds the damage of a
 * JPEG with a single scan.
 *
 * <p>Samples need not be decoded: an entropy decoder stops at the first marker whether or not its
 * data is complete, so only the markers decide whether libjpeg refuses a file.
 */
final class JpegStream {
  /** Largest number of scans; encoders write about 10, with successive approximation up to 50. */
  private static final int MAX_SCANS = 100;

  private static final int DNL = 0xdc;
  private static final int DQT = 0xdb;

  /** 0x01 and 0x80 in each byte, constants of the bit trick that finds a zero byte. */
  private static final long ONES = 0x0101010101010101L;

  private static final long HIGHS = 0x8080808080808080L;

  /** Actions on a marker where a restart marker is expected (jpeg_resync_to_restart of libjpeg). */
  private enum Restart {
    /** The marker is the expected restart marker or close to it; decoding continues after it. */
    TAKE,
    /** The marker belongs to a later position; it is kept until that position. */
    KEEP,
    /** The marker is late, or is no restart marker; it is skipped. */
    PASS
  }

  private final EncodedBytes bytes;
  private final boolean single;
  private final JpegFrame frame;
  private int restartInterval;
  private long at;

  /** The next marker; 0 if it was not read yet. */
  private int marker;

  private JpegStream(EncodedBytes bytes, JpegFrame frame, int restartInterval, boolean single) {
    this.bytes = bytes;
    this.frame = frame;
    this.restartInterval = restartInterval;
    this.single = single;
  }

  /**
   * Checks all markers and returns the number of scans.
   *
   * @param header position of the length field of the first scan header
   * @param restartInterval MCUs between restart markers, 0 for none
   * @param single whether the first scan contains the whole image
   */
  static int scans(
      EncodedBytes bytes, long header, JpegFrame frame, int restartInterval, boolean single)
      throws ImageException {
    var stream = new JpegStream(bytes, frame, restartInterval, single);
    stream.scan(header);
    int scans = 1;
    if (single) {
      stream.trailer();
    } else {
      while (stream.toNextScan()) {
        stream.scan(stream.at);
        scans++;
      }
    }
    if (scans > MAX_SCANS) {
      throw new ImageException(
          Code.TOO_MANY_SCANS,
          String.format(
              Locale.ROOT,
              "JPEG: %d scans, at most %d are supported; encode the image again or leave the object out",
              scans,
              MAX_SCANS));
    }
    return scans;
  }

  /** Checks a scan header and skips the restart markers of the scan. */
  private void scan(long header) throws ImageException {
    at = header;
    int length = bytes.u16(at);
    int components = bytes.u8(at + 2);
    long mcus = frame.mcus(components, bytes.u8(at + 3));
    if (length != 2 * components + 6 || mcus == 0) {
      throw broken(JpegHeader.SOS);
    }
    skip(length);
    long restarts = restartInterval == 0 ? 0 : (mcus - 1) / restartInterval;
    for (long i = 0; i < restarts; i++) {
      restart((int) (i & 7));
    }
  }

  private void restart(int expected) throws ImageException {
    if (marker == 0) {
      find();
    }
    Restart action = action(expected);
    while (action == Restart.PASS) {
      find();
      action = action(expected);
    }
    if (action == Restart.TAKE) {
      marker = 0;
    }
  }

  private Restart action(int expected) {
    if (marker < JpegHeader.SOF0) {
      return Restart.PASS;
    }
    if (marker < JpegHeader.RST0 || marker >= JpegHeader.SOI) {
      return Restart.KEEP;
    }
    return switch ((marker - JpegHeader.RST0 - expected) & 7) {
      case 1, 2 -> Restart.KEEP;
      case 6, 7 -> Restart.PASS;
      default -> Restart.TAKE;
    };
  }

  /** Checks the markers after a single scan; as in Pillow, the end marker may be missing. */
  private void trailer() throws ImageException {
    try {
      if (toNextScan()) {
        throw broken(JpegHeader.SOS);
      }
    } catch (ImageException e) {
      if (e.code() != Code.TRUNCATED) {
        throw e;
      }
    }
  }

  /** Advances to the next scan header; returns false at the end marker. */
  private boolean toNextScan() throws ImageException {
    while (true) {
      if (marker == 0) {
        find();
      }
      if (marker == JpegHeader.EOI || marker == JpegHeader.SOS) {
        boolean scan = marker == JpegHeader.SOS;
        marker = 0;
        return scan;
      }
      if (marker == JpegHeader.SOI || !JpegHeader.standsAlone(marker)) {
        segment();
      }
      marker = 0;
    }
  }

  private void segment() throws ImageException {
    boolean good =
        switch (marker) {
          case JpegHeader.DHT -> JpegTables.huffman(bytes, at);
          case DQT -> JpegTables.quantisation(bytes, at);
          case JpegHeader.DAC -> JpegTables.arithmetic(bytes, at);
          case JpegHeader.DRI -> bytes.u16(at) == 4;
          case DNL, JpegHeader.COM -> true;
          default -> marker >= JpegHeader.APP0 && marker <= JpegHeader.APP15;
        };
    if (!good) {
      throw broken(marker);
    }
    if (marker == JpegHeader.DRI) {
      restartInterval = bytes.u16(at + 2);
    }
    skip(bytes.u16(at));
  }

  private void skip(int length) throws ImageException {
    at += bytes.need(at, Math.max(2, length)) - at + Math.max(2, length);
  }

  /** Finds the next marker: 0xff and a byte that is not 0; 0xff00 is a data byte. */
  private void find() throws ImageException {
    do {
      at = nextFull(bytes.buffer(), bytes.need(at, 0));
      do {
        at++;
        marker = bytes.u8(at);
      } while (marker == 0xff);
      at++;
    } while (marker == 0);
  }

  /** Returns the position of the next 0xff, or the end of the buffer. */
  private static int nextFull(ByteBuffer buffer, int from) {
    int at = from;
    int end = buffer.limit();
    while (at <= end - Long.BYTES && !hasFull(buffer.getLong(at))) {
      at += Long.BYTES;
    }
    while (at < end && buffer.get(at) != (byte) 0xff) {
      at++;
    }
    return at;
  }

  private static boolean hasFull(long eight) {
    return ((~eight - ONES) & eight & HIGHS) != 0;
  }

  private ImageException broken(int found) {
    return new ImageException(
        Code.CORRUPT,
        String.format(
            Locale.ROOT,
            "JPEG: broken data stream, unexpected marker %02x at byte %d; replace the object or leave it out",
            found,
            at - 1));
  }
}
