package io.repvit.testing.hostile;

import static io.repvit.testing.hostile.Bytes.bytes;
import static io.repvit.testing.hostile.Bytes.concat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Small files that take much time or memory, though their sizes are within all limits. */
public final class Bombs {
  private Bombs() {}

  /**
   * A progressive JPEG whose last scan comes again and again.
   *
   * @param scans to be added; 0 for the picture as it is
   * @param number makes files different, in a comment
   */
  public static byte[] scans(byte[] progressive, int side, int scans, int number) {
    byte[] large = HostileJpeg.resized(progressive, side, side);
    byte[] bomb = scans == 0 ? large : HostileJpeg.scanBomb(large, scans);
    byte[] comment = bytes(0xff, 0xfe, 0, 3, number);
    return concat(Arrays.copyOf(bomb, 2), comment, from(bomb, 2));
  }

  /** A PNG of four samples of 16 bits, which takes more memory than others. */
  public static byte[] deep(int side) {
    return HostilePng.deep(side);
  }

  /** A grey TIFF one pixel wide, of tiles that are 60,000 wide and all the same bytes. */
  public static byte[] tiles() {
    int height = 1_000_000;
    int tileHeight = 16;
    int tiles = height / tileHeight;
    int[][] fields = {
      {256, 1}, {257, height}, {258, 8}, {259, 8}, {262, 1}, {277, 1}, {322, 60_000}, {323, 16}
    };
    int directory = 8;
    int values = directory + 2 + 12 * (fields.length + 2) + 4;
    ByteBuffer tiff = ByteBuffer.allocate(values + 8 * tiles + 16).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put(bytes('I', 'I', 42, 0)).putInt(directory);
    tiff.putShort((short) (fields.length + 2));
    for (int[] field : fields) {
      tiff.putShort((short) field[0]).putShort((short) 4).putInt(1).putInt(field[1]);
    }
    tiff.putShort((short) 324).putShort((short) 4).putInt(tiles).putInt(values);
    tiff.putShort((short) 325).putShort((short) 4).putInt(tiles).putInt(values + 4 * tiles);
    tiff.putInt(0);
    for (int i = 0; i < tiles; i++) {
      tiff.putInt(values + 8 * tiles);
    }
    for (int i = 0; i < tiles; i++) {
      tiff.putInt(16);
    }
    return tiff.array();
  }

  private static byte[] from(byte[] file, int at) {
    return Arrays.copyOfRange(file, at, file.length);
  }
}
