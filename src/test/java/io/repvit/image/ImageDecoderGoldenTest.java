package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every kind of image against Pillow's pixels. */
class ImageDecoderGoldenTest {

  private record Sample(
      String file, ImageFormat format, int width, int height, String upright, String stored) {

    static Sample of(String[] row) {
      return new Sample(
          row[0],
          ImageFormat.valueOf(row[1]),
          Integer.parseInt(row[2]),
          Integer.parseInt(row[3]),
          row[4],
          row[5]);
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
        .map(sample -> DynamicTest.dynamicTest(sample.file(), () -> checkStored(sample)));
  }

  @Test
  void oneDecoderGivesTheSamePixelsForImagesOfChangingSizeAndKind() throws ImageException {
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (int round = 0; round < 2; round++) {
        for (Sample sample : samples()) {
          DecodedImage image = decode(decoder, sample);
          assertEquals(sample.upright(), Goldens.sha256(Goldens.pixels(image)), sample.file());
        }
      }
    }
  }

  private static void checkUpright(Sample sample) throws ImageException {
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      DecodedImage image = decode(decoder, sample);
      assertAll(
          () -> assertEquals(sample.format(), image.format()),
          () -> assertEquals(sample.width(), image.width()),
          () -> assertEquals(sample.height(), image.height()),
          () -> assertEquals(sample.upright(), Goldens.sha256(Goldens.pixels(image))));
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
}
