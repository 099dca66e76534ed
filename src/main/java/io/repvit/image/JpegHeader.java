package io.repvit.image;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the segments of a JPEG up to its first scan (ITU-T T.81, annex B). */
final class JpegHeader {
  static final int SOF0 = 0xc0;
  private static final int SOF2 = 0xc2;

  /** Frame headers of arithmetic coding: SOF9 is sequential, SOF10 progressive. */
  static final int SOF9 = 0xc9;

  static final int SOF10 = 0xca;
  private static final int SOF15 = 0xcf;
  static final int DHT = 0xc4;
  private static final int JPG = 0xc8;
  static final int DAC = 0xcc;
  static final int RST0 = 0xd0;
  static final int SOI = 0xd8;
  static final int EOI = 0xd9;
  static final int SOS = 0xda;
  static final int DRI = 0xdd;
  static final int APP0 = 0xe0;
  private static final int APP1 = 0xe1;
  private static final int APP14 = 0xee;
  static final int APP15 = 0xef;
  static final int COM = 0xfe;
  private static final int TEM = 0x01;

  /** Identifier of the APP14 segment (Adobe Technical Note 5116). */
  private static final String ADOBE = "Adobe";

  private static final int ADOBE_LENGTH = 12;
  private static final int ADOBE_TRANSFORM = 11;

  private static final int JFIF_LENGTH = 14;

  private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

  private final EncodedBytes bytes;
  private boolean progressive;
  private @Nullable JpegFrame frame;
  private int restartInterval;
  private int transform;
  private boolean jfif;
  private boolean adobe;
  private boolean arithmetic;
  private boolean rowsHalved;
  private boolean namedRgb;
  private int exif = ExifOrientation.ABSENT;
  private int xmp = ExifOrientation.ABSENT;

  private JpegHeader(EncodedBytes bytes) {
    this.bytes = bytes;
  }

  static ImageHeader read(EncodedBytes bytes) throws ImageException {
    return new JpegHeader(bytes).segments();
  }

  /** Reads the properties that {@link JdkJpeg} needs to decode a JPEG of 1 or 3 components. */
  static Frame frame(EncodedBytes bytes) throws ImageException {
    var header = new JpegHeader(bytes);
    header.segments();
    int components = header.frame == null ? 0 : header.frame.components().size();
    JpegColour colour = components == 1 ? JpegColour.GREY : JpegColour.YCC;
    if (components == 3 && !header.jfif) {
      boolean rgb = header.adobe ? header.transform == 0 : header.namedRgb;
      colour = rgb ? JpegColour.RGB : JpegColour.YCC;
    }
    return new Frame(colour, header.arithmetic, header.rowsHalved);
  }

  /**
   * Properties of a JPEG that its decoding depends on.
   *
   * @param rowsHalved whether only the rows of the chroma components are subsampled (4:4:0)
   */
  record Frame(JpegColour colour, boolean arithmetic, boolean rowsHalved) {}

  private ImageHeader segments() throws ImageException {
    long at = 2;
    while (true) {
      at = nextMarker(at);
      int marker = bytes.u8(at);
      at++;
      if (marker == EOI) {
        throw new ImageException(
            Code.CORRUPT, "JPEG: ends at byte " + at + " before its first scan");
      }
      if (standsAlone(marker)) {
        continue;
      }
      int length = bytes.u16(at);
      if (length < 2) {
        throw new ImageException(
            Code.CORRUPT,
            String.format(
                Locale.ROOT,
                "JPEG: segment %x at byte %d has length %d, needs 2 or more",
                marker,
                at,
                length));
      }
      bytes.need(at, length);
      if (marker == SOS) {
        return finish(at, length);
      }
      segment(marker, at + 2, length - 2);
      at += length;
    }
  }

  /** Returns the position after the next run of 0xff; other bytes are skipped, as in libjpeg. */
  private long nextMarker(long from) throws ImageException {
    long at = from;
    while (bytes.u8(at) != 0xff) {
      at++;
    }
    while (bytes.u8(at) == 0xff) {
      at++;
    }
    return at;
  }

  private void segment(int marker, long at, int length) throws ImageException {
    if (marker == APP0) {
      jfif |= length >= JFIF_LENGTH && bytes.startsWith(at, "JFIF\0");
    } else if (marker == APP1) {
      if (exif == ExifOrientation.ABSENT && bytes.startsWith(at, "Exif\0\0")) {
        exif = ExifOrientation.ofExif(bytes.slice(at, length));
      } else if (xmp == ExifOrientation.ABSENT && bytes.startsWith(at, XMP)) {
        xmp = ExifOrientation.ofXmp(bytes.latin1(at, length));
      }
    } else if (marker == APP14) {
      if (length >= ADOBE_LENGTH && bytes.startsWith(at, ADOBE)) {
        adobe = true;
        transform = bytes.u8(at + ADOBE_TRANSFORM);
      }
    } else if (marker == DRI) {
      restartInterval = bytes.u16(at);
    } else if (marker >= SOF0
        && marker <= SOF15
        && marker != DHT
        && marker != JPG
        && marker != DAC) {
      frame(marker, at);
    }
  }

  private void frame(int marker, long at) throws ImageException {
    int precision = bytes.u8(at);
    int components = bytes.u8(at + 5);
    boolean progression = marker == SOF2 || marker == SOF10;
    boolean read = marker <= SOF2 || marker == SOF9 || progression;
    if (!read
        || precision != 8
        || components == 2
        || components > 4
        || (components == 4 && marker >= SOF9)) {
      throw new ImageException(
          Code.UNSUPPORTED_JPEG,
          String.format(
              Locale.ROOT,
              "JPEG: process SOF%d, %d bits, %d components; needs SOF0 to SOF2 (or SOF9, SOF10 and"
                  + " fewer than 4 components), 8 bits, 1, 3 or 4 components; convert the object to a baseline JPEG",
              marker - SOF0,
              precision,
              components));
    }
    progressive = progression;
    arithmetic = marker >= SOF9;
    if (components == 3) {
      namedRgb = bytes.u8(at + 6) == 'R' && bytes.u8(at + 9) == 'G' && bytes.u8(at + 12) == 'B';
      int luminance = bytes.u8(at + 7);
      int colour = bytes.u8(at + 10);
      rowsHalved = luminance >> 4 == colour >> 4 && (luminance & 15) > (colour & 15);
    }
    int height = bytes.u16(at + 1);
    int width = bytes.u16(at + 3);
    ImageHeader.requireSize("JPEG: the frame header", width, height);
    var sampled = new ArrayList<JpegFrame.Component>();
    for (long i = 0, c = at + 6; i < components; i++, c += 3) {
      sampled.add(JpegFrame.component(bytes.u8(c), bytes.u8(c + 1)));
    }
    frame = new JpegFrame(width, height, sampled);
  }

  private ImageHeader finish(long scan, int length) throws ImageException {
    if (frame == null) {
      throw new ImageException(Code.CORRUPT, "JPEG: a scan begins before any frame header");
    }
    requireEnd(scan + length);
    boolean single = !progressive && bytes.u8(scan + 2) == frame.components().size();
    int scans = JpegStream.scans(bytes, scan, frame, restartInterval, single);
    Samples samples = samples(frame.components().size());
    int orientation = ExifOrientation.effective(exif, xmp);
    return new ImageHeader(
        ImageFormat.JPEG, frame.width(), frame.height(), scans, samples, orientation);
  }

  /** As in libjpeg, four components are YCCK if the APP14 segment has a transform, else CMYK. */
  private Samples samples(int components) {
    if (components != 4) {
      return Samples.OPAQUE;
    }
    return transform == 0 ? Samples.CMYK : Samples.YCCK;
  }

  /**
   * Copies a JPEG and replaces its metadata segments by comments of the same length, because the
   * JVM's codec refuses images with invalid colour profiles.
   *
   * @param destination buffer of at least the length of the source
   */
  static void copyWithoutMetadata(EncodedBytes bytes, ByteBuffer destination)
      throws ImageException {
    destination.put(0, bytes.buffer(), 0, bytes.length());
    JpegHeader header = new JpegHeader(bytes);
    long at = 2;
    for (int marker = SOI; marker != SOS; ) {
      at = header.nextMarker(at);
      marker = bytes.u8(at);
      if (marker >= APP0 && marker <= APP15) {
        destination.put((int) at, (byte) COM);
      }
      at++;
      if (!standsAlone(marker)) {
        at += bytes.u16(at);
      }
    }
  }

  /** Returns whether a marker has no length and no content; true for a stuffed byte, 0xff00. */
  static boolean standsAlone(int marker) {
    return marker == 0 || marker == TEM || (marker >= RST0 && marker <= SOI);
  }

  /**
   * Searches the end marker backwards, because cameras append data to it. Entropy-coded data does
   * not contain 0xff 0xd9, because 0xff is stuffed.
   */
  private void requireEnd(long firstScan) throws ImageException {
    for (long at = bytes.length() - 2L; at >= firstScan; at--) {
      if (bytes.u8(at) == 0xff && bytes.u8(at + 1) == EOI) {
        return;
      }
    }
    throw new ImageException(
        Code.TRUNCATED,
        "JPEG: no end marker in " + bytes.length() + " bytes; upload the object again");
  }
}
