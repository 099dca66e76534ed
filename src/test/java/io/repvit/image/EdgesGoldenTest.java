package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What src/test/python/golden_edges.py writes, with OpenCV and without. */
class EdgesGoldenTest {
  private static final Map<String, PixelEngine> ENGINES =
      Map.of("opencv", new OpenCvEngine(), "jdk", new JdkEngine());

  @TestFactory
  Stream<DynamicTest> pixelsAndOrientationAreThoseOfPillow() {
    return tests("edges.tsv", EdgesGoldenTest::checkPixels);
  }

  private static void checkPixels(String[] row, PixelEngine engine) throws ImageException {
    byte[] file = Goldens.bytes("edges/" + row[0]);
    try (var upright = decoder(Orientation.EXIF, Animated.REFUSE, engine);
        var stored = decoder(Orientation.IGNORE, Animated.REFUSE, engine)) {
      DecodedImage image = upright.decode(file, 0, file.length);
      assertAll(
          () -> assertEquals(row[1], image.format().name()),
          () -> assertEquals(row[2] + "x" + row[3], image.width() + "x" + image.height()),
          () -> assertEquals(row[4], Goldens.sha256(Goldens.pixels(image))));
      ByteBuffer direct = ByteBuffer.allocateDirect(file.length).put(0, file);
      assertEquals(row[5], Goldens.sha256(Goldens.pixels(stored.decode(direct))));
    }
  }

  @TestFactory
  Stream<DynamicTest> whatPillowRefusesOrSeesSeveralFramesOfIsRefused() {
    return tests("edges-refused.tsv", EdgesGoldenTest::checkRefusal);
  }

  private static void checkRefusal(String[] row, PixelEngine engine) throws ImageException {
    byte[] file = Goldens.bytes("edges/" + row[0]);
    assertEquals(Code.valueOf(row[1]), refusal(file, engine).code());
    if (row[1].equals("UNSUPPORTED_ANIMATED")) {
      try (var first = decoder(Orientation.EXIF, Animated.FIRST, engine)) {
        DecodedImage image = first.decode(file, 0, file.length);
        assertEquals(row[2], Goldens.sha256(Goldens.pixels(image)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "avif,                UNSUPPORTED_AVIF, an AVIF (brands 'avif')",
    "avis avif msf1,      UNSUPPORTED_AVIF, 'an AVIF (brands ''avis'', ''avif'', ''msf1'')'",
    "mif1 avif miaf,      UNSUPPORTED_AVIF, 'an AVIF (brands ''mif1'', ''avif'', ''miaf'')'",
    "heic mif1 heic,      UNSUPPORTED_HEIC, 'a HEIC (brands ''heic'', ''mif1'')'",
    "heix mif1,           UNSUPPORTED_HEIC, 'a HEIC (brands ''heix'', ''mif1'')'",
    "mif1 heic,           UNSUPPORTED_HEIC, 'a HEIC (brands ''mif1'', ''heic'')'",
    "msf1 hevc,           UNSUPPORTED_HEIC, 'a HEIC (brands ''msf1'', ''hevc'')'",
    "mif1,                UNSUPPORTED_HEIC, a HEIF (brands 'mif1')",
    "mif1 jpeg,           UNSUPPORTED_HEIC, 'a HEIF (brands ''mif1'', ''jpeg'')'",
    "avci mif1,           UNSUPPORTED_HEIC, 'a HEIF (brands ''avci'', ''mif1'')'",
    "isom iso2 mp41,      UNRECOGNISED,     'an ISO media file that is not an image (brands ''isom'', ''iso2'', ''mp41'')'",
  })
  void anIsoMediaFileIsNamedByItsBrands(String brands, Code code, String named) {
    String[] all = brands.split(" ");
    ByteBuffer box = ByteBuffer.allocate(16 + 4 * all.length + 8);
    box.putInt(12 + 4 * all.length).put(ascii("ftyp")).put(ascii(all[0])).putInt(0);
    for (int i = 1; i < all.length; i++) {
      box.put(ascii(all[i]));
    }
    // The next box, which does not name brands.
    box.putInt(8).put(ascii("heic"));
    ImageException refusal = refusal(box.array(), new JdkEngine());
    assertEquals(code, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains(named), refusal.getMessage());
  }

  @Test
  void aBrandWithoutBoxIsNamedToo() {
    byte[] cut = "\0\0\0\u0018ftypmif1\0\0\0\0avi".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(Code.UNSUPPORTED_HEIC, refusal(cut, new JdkEngine()).code());
  }

  private interface Check {
    void of(String[] row, PixelEngine engine) throws ImageException;
  }

  private static Stream<DynamicTest> tests(String table, Check check) {
    return Goldens.rows(table).stream()
        .flatMap(
            row ->
                ENGINES.entrySet().stream()
                    .map(
                        engine ->
                            DynamicTest.dynamicTest(
                                row[0] + " " + engine.getKey(),
                                () -> check.of(row, engine.getValue()))));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static ImageException refusal(byte[] file, PixelEngine engine) {
    try (var decoder = decoder(Orientation.EXIF, Animated.REFUSE, engine)) {
      return assertThrows(ImageException.class, () -> decoder.decode(file, 0, file.length));
    }
  }

  private static ImageDecoder decoder(Orientation orientation, Animated animated, PixelEngine e) {
    var options = new DecodeOptions(orientation, JpegScaling.FULL, animated);
    return new ImageDecoder(ImageLimits.DEFAULT, options, 1, e);
  }
}
