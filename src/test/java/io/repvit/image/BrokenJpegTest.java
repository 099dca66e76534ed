package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** Hundreds of damaged JPEGs, also in TIFFs, and what Pillow makes of them (golden_broken.py). */
class BrokenJpegTest {

  @Test
  void aJpegIsRefusedWhenAndOnlyWhenPillowRefusesIt() throws Exception {
    boolean bundled = jdkBundlesLibjpeg();
    var apart = new ArrayList<String>();
    int refused = 0;
    List<String[]> rows = Goldens.rows("broken.tsv");
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (String[] row : rows) {
        byte[] jpeg = edited(Goldens.bytes("broken/" + row[0]), row[1]);
        String found = found(decoder, jpeg);
        if (row[2].equals("whole") && !hasEnd(jpeg)) {
          // Stricter than Pillow, which shows a whole picture without its end marker.
          assertEquals("refused", found);
          continue;
        }
        String expected = row[2].equals("whole") ? row[3] : "refused";
        refused += expected.equals("refused") ? 1 : 0;
        boolean same =
            row[0].endsWith(".tif") || (bundled && row[0].startsWith("cmyk"))
                ? found.equals("refused") == expected.equals("refused")
                : found.equals(expected);
        if (!same) {
          apart.add(String.join(" ", row) + ": " + found);
        }
      }
    }
    assertEquals(List.of(), apart, apart.size() + " of " + rows.size());
    assertTrue(refused > 200 && rows.size() - refused > 100, refused + " refused");
  }

  /** Its libjpeg 6b, which decodes CMYK, fills what is damaged with other pixels than Pillow's. */
  private static boolean jdkBundlesLibjpeg() throws IOException {
    Path library = Path.of(System.getProperty("java.home"), "lib", "libjavajpeg.so");
    return !Files.readString(library, StandardCharsets.ISO_8859_1).contains("libjpeg.so");
  }

  /** The CRC-32 of the pixels, or "refused". */
  private static String found(ImageDecoder decoder, byte[] jpeg) {
    try {
      var crc = new CRC32();
      crc.update(Goldens.pixels(decoder.decode(jpeg, 0, jpeg.length)));
      return HexFormat.of().toHexDigits((int) crc.getValue());
    } catch (ImageException e) {
      assertTrue(Set.of(Code.CORRUPT, Code.TRUNCATED).contains(e.code()), e.getMessage());
      return "refused";
    }
  }

  private static boolean hasEnd(byte[] jpeg) {
    return HexFormat.of().withDelimiter(" ").formatHex(jpeg).contains("ff d9");
  }

  /** The edits of golden_broken.py: set, insert, delete. */
  private static byte[] edited(byte[] jpeg, String edits) {
    byte[] data = jpeg;
    for (String edit : edits.split(" ")) {
      String[] parts = edit.substring(1).split(":");
      int at = Integer.parseInt(parts[0]);
      boolean delete = edit.startsWith("d");
      byte[] bytes = delete ? new byte[0] : HexFormat.of().parseHex(parts[1]);
      int replaced = delete ? Integer.parseInt(parts[1]) : edit.startsWith("s") ? bytes.length : 0;
      var out = new ByteArrayOutputStream();
      out.write(data, 0, at);
      out.writeBytes(bytes);
      int rest = Math.min(data.length, at + replaced);
      out.write(data, rest, data.length - rest);
      data = out.toByteArray();
    }
    return data;
  }
}
