package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kind of image against Pillow's pixels. */
class ImageDecoderGoldenTest {

  private record Sample(
      String file,
      ImageFormat format,
      int width,
      int height,
      int tolerance,
      String upright,
      String stored) {

    static Sample of(String[] row) {
      return new Sample(
          row[0],
          ImageFormat.valueOf(row[1]),
          Integer.parseInt(row[2]),
          Integer.parseInt(row[3]),
          Integer.parseInt(row[4]),
          row[5],
          row[6]);
    }
  }

  private static List<Sample> samples() {
    return Goldens.rows("decode.tsv").stream().map(Sample::of).toList();
  }

  @TestFactory
  Stream<DynamicTest> uprightPixelsAreThoseOfPillow() {
    return samples().stream()
        .map(sample -> DynamicTest.dynamicTest(sample.file(), () -> checkUpright(sample)));
  }

  @TestFactory
  Stream<DynamicTest> pixelsStayAsStoredWhenOrientationIsIgnored() {
    return samples().stream()
        .filter(sample -> sample.tolerance() == 0)
        .map(sample -> DynamicTest.dynamicTest(sample.file(), () -> checkStored(sample)));
  }

  @Test
  void oneDecoderGivesTheSamePixelsForImagesOfChangingSizeAndKind() throws ImageException {
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (int round = 0; round < 2; round++) {
        for (Sample sample : samples()) {
          DecodedImage image = decode(decoder, sample);
          if (sample.tolerance() == 0) {
            assertEquals(sample.upright(), Goldens.sha256(Goldens.pixels(image)), sample.file());
          }
        }
      }
    }
  }

  private static void checkUpright(Sample sample) throws ImageException {
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      DecodedImage image = decode(decoder, sample);
      byte[] pixels = Goldens.pixels(image);
      assertAll(
          () -> assertEquals(sample.format(), image.format()),
          () -> assertEquals(sample.width(), image.width()),
          () -> assertEquals(sample.height(), image.height()));
      if (sample.tolerance() == 0) {
        assertEquals(sample.upright(), Goldens.sha256(pixels));
      } else {
        byte[] expected = Goldens.gunzipped("decode/" + sample.file() + ".rgb.gz");
        int difference = greatestDifference(expected, pixels);
        assertTrue(difference <= sample.tolerance(), () -> "differs by " + difference);
      }
    }
  }

  private static void checkStored(Sample sample) throws ImageException {
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.IGNORE)) {
      DecodedImage image = decode(decoder, sample);
      assertEquals(sample.stored(), Goldens.sha256(Goldens.pixels(image)));
    }
  }

  private static DecodedImage decode(ImageDecoder decoder, Sample sample) throws ImageException {
    byte[] encoded = Goldens.bytes("decode/" + sample.file());
    return decoder.decode(encoded, 0, encoded.length);
  }

  private static int greatestDifference(byte[] expected, byte[] found) {
    assertEquals(expected.length, found.length);
    int greatest = 0;
    for (int i = 0; i < expected.length; i++) {
      greatest = Math.max(greatest, Math.abs((expected[i] & 0xff) - (found[i] & 0xff)));
    }
    return greatest;
  }
}
