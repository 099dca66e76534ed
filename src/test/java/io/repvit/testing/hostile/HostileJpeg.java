package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.big16;
import static io.repvit.testing.hostile.Bytes.bytes;
import static io.repvit.testing.hostile.Bytes.concat;
import static io.repvit.testing.hostile.Bytes.noise;
import static io.repvit.testing.hostile.Bytes.replace;
import static io.repvit.testing.hostile.Bytes.u16;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Lies in the segments of a JPEG (ITU-T T.81, annex B). */
public final class HostileJpeg {
  private static final int DQT = 0xdb;
  private static final int DHT = 0xc4;
  private static final int DRI = 0xdd;
  private static final int DNL = 0xdc;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;
  private static final int APP2 = 0xe2;
  private static final int APP14 = 0xee;

  /** Sides at which arithmetic breaks. */
  private static final int[] SIDES = {0, 1, 2, 7, 8, 9, 255, 256, 4000, 8191, 32768, 65500, 65535};

  private HostileJpeg() {}

  /** A segment: its marker, and from and to where it stands with marker and length. */
  private record Segment(int marker, int from, int to) {}

  /** {@code jpeg} with one lie. */
  static byte[] of(byte[] jpeg, Random random) {
    List<Segment> segments = segments(jpeg);
    return switch (random.nextInt(14)) {
      case 0 -> frame(jpeg, segments, 5, big16(side(random)));
      case 1 -> frame(jpeg, segments, 7, big16(side(random)));
      case 2 -> frame(jpeg, segments, 4, bytes(random.nextInt(17))); // precision
      case 3 -> frame(jpeg, segments, 9, bytes(random.nextInt(256))); // components
      case 4 -> frame(jpeg, segments, 11 + 3 * random.nextInt(3), bytes(random.nextInt(256)));
      case 5 -> frame(jpeg, segments, 1, bytes(0xc0 + random.nextInt(16))); // process
      case 6 -> before(jpeg, segments, segment(DRI, big16(side(random))));
      case 7 -> tables(jpeg, segments, random);
      case 8 -> before(jpeg, segments, segment(APP1, exif(random)));
      case 9 -> before(jpeg, segments, profile(random));
      case 10 -> before(jpeg, segments, segment(APP14, concat(ascii("Adobe"), noise(7, random))));
      case 11 -> withoutOne(jpeg, segments, random);
      case 12 -> scans(jpeg, segments, 2 + random.nextInt(200));
      default -> concat(jpeg, segment(DNL, big16(side(random))), jpeg);
    };
  }

  /** {@code jpeg} with its last scan {@code count} times: work without end in few bytes. */
  public static byte[] scanBomb(byte[] jpeg, int count) {
    return scans(jpeg, segments(jpeg), count);
  }

  /** {@code jpeg} with another size in its frame header, which its scans do not fill. */
  public static byte[] resized(byte[] jpeg, int width, int height) {
    return frame(jpeg, segments(jpeg), 5, concat(big16(height), big16(width)));
  }

  private static byte[] scans(byte[] jpeg, List<Segment> segments, int count) {
    Segment last = last(segments, SOS);
    byte[] scan = Arrays.copyOfRange(jpeg, last.from(), jpeg.length - 2);
    byte[][] parts = new byte[count + 1][];
    Arrays.fill(parts, scan);
    parts[0] = Arrays.copyOf(jpeg, last.from());
    return concat(concat(parts), bytes(0xff, 0xd9));
  }

  /** SOF0 to SOF2 with Huffman codes, SOF9 and SOF10 with arithmetic coding. */
  private static final List<Integer> FRAMES = List.of(0xc0, 0xc1, 0xc2, 0xc9, 0xca);

  private static int side(Random random) {
    return SIDES[random.nextInt(SIDES.length)];
  }

  /** Overwrites bytes of the frame header, {@code at} counted from its marker's 0xff. */
  private static byte[] frame(byte[] jpeg, List<Segment> segments, int at, byte[] value) {
    for (Segment s : segments) {
      if (FRAMES.contains(s.marker())) {
        return replace(jpeg, s.from() + at, s.from() + at + value.length, value);
      }
    }
    throw new IllegalArgumentException("the JPEG has no frame");
  }

  /** A byte of a quantisation or Huffman table becomes another, such as a length without codes. */
  private static byte[] tables(byte[] jpeg, List<Segment> segments, Random random) {
    List<Segment> tables =
        segments.stream().filter(s -> s.marker() == DQT || s.marker() == DHT).toList();
    Segment table = tables.get(random.nextInt(tables.size()));
    int at = table.from() + 4 + random.nextInt(Math.min(20, table.to() - table.from() - 4));
    return replace(jpeg, at, at + 1, bytes(random.nextInt(256)));
  }

  private static byte[] exif(Random random) {
    byte[] tiff = concat(ascii("Exif\0\0II*\0"), bytes(8, 0, 0, 0), big16(random.nextInt(65536)));
    return concat(tiff, noise(random.nextInt(5000), random));
  }

  /** Parts of a colour profile that promise 255 more. */
  private static byte[] profile(Random random) {
    byte[] parts = {};
    for (int i = random.nextInt(12); i >= 0; i--) {
      byte[] head = concat(ascii("ICC_PROFILE\0"), bytes(random.nextInt(256), random.nextInt(256)));
      parts = concat(parts, segment(APP2, concat(head, noise(random.nextInt(20_000), random))));
    }
    return parts;
  }

  private static byte[] withoutOne(byte[] jpeg, List<Segment> segments, Random random) {
    Segment lost = segments.get(random.nextInt(segments.size()));
    return replace(jpeg, lost.from(), lost.to(), new byte[0]);
  }

  private static byte[] before(byte[] jpeg, List<Segment> segments, byte[] inserted) {
    int at = segments.get(segments.size() > 1 ? 1 : 0).from();
    return replace(jpeg, at, at, inserted);
  }

  private static byte[] segment(int marker, byte[] content) {
    return concat(bytes(0xff, marker), big16(content.length + 2), content);
  }

  private static Segment last(List<Segment> segments, int marker) {
    return segments.stream()
        .filter(s -> s.marker() == marker)
        .reduce((a, b) -> b)
        .orElseThrow(() -> new IllegalArgumentException("the JPEG has no scan"));
  }

  /** All segments that have a length, also those between scans. */
  private static List<Segment> segments(byte[] jpeg) {
    List<Segment> segments = new ArrayList<>();
    int at = 2;
    while (at + 4 <= jpeg.length) {
      int marker = jpeg[at + 1] & 0xff;
      if (jpeg[at] != (byte) 0xff || marker == 0 || marker >= 0xd0 && marker <= 0xd9) {
        at++; // in a scan
        continue;
      }
      int to = at + 2 + u16(jpeg, at + 2);
      segments.add(new Segment(marker, at, to));
      at = to;
    }
    return segments;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
