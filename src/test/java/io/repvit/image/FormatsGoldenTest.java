package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.image.ImageException.Code;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What src/test/python/golden_formats.py writes: rarer formats, first frames, refusals. */
class FormatsGoldenTest {

  @TestFactory
  Stream<DynamicTest> pixelsAreThoseOfPillow() {
    return Goldens.rows("formats.tsv").stream()
        .map(row -> DynamicTest.dynamicTest(row[0], () -> checkSample(row)));
  }

  private static void checkSample(String[] row) throws ImageException {
    byte[] encoded = Goldens.bytes("formats/" + row[0]);
    check(row, encoded, DecodeOptions.DEFAULT, row[4]);
    check(row, encoded, stored(), row[5]);
  }

  private static DecodeOptions stored() {
    return new DecodeOptions(Orientation.IGNORE, JpegScaling.FULL, Animated.REFUSE);
  }

  @TestFactory
  Stream<DynamicTest> ofSeveralFramesTheFirstIsTakenWhenAskedFor() {
    return Goldens.rows("animated.tsv").stream()
        .map(row -> DynamicTest.dynamicTest(row[0], () -> checkFirst(row)));
  }

  private static void checkFirst(String[] row) throws ImageException {
    byte[] encoded = Goldens.bytes("animated/" + row[0]);
    assertEquals(Code.UNSUPPORTED_ANIMATED, code(encoded));
    var first = new DecodeOptions(Orientation.EXIF, JpegScaling.FULL, Animated.FIRST);
    check(row, encoded, first, row[4]);
  }

  @TestFactory
  Stream<DynamicTest> otherKindsOfTheFormatAreRefused() {
    return Goldens.rows("unsupported.tsv").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0],
                    () ->
                        assertEquals(
                            Code.valueOf(row[1]), code(Goldens.bytes("unsupported/" + row[0])))));
  }

  private static void check(String[] row, byte[] encoded, DecodeOptions options, String sha)
      throws ImageException {
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, options, 1)) {
      DecodedImage image = decoder.decode(encoded, 0, encoded.length);
      assertAll(
          () -> assertEquals(row[1], image.format().name()),
          () -> assertEquals(sha, Goldens.sha256(Goldens.pixels(image))));
      if (options.orientation() == Orientation.EXIF) {
        assertEquals(row[2] + "x" + row[3], image.width() + "x" + image.height());
      }
    }
  }

  private static Code code(byte[] encoded) {
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 1)) {
      return assertThrows(ImageException.class, () -> decoder.decode(encoded, 0, encoded.length))
          .code();
    }
  }
}
