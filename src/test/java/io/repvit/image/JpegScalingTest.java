package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.Preprocessing.Interpolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegScalingTest {
  private static final Rgb HALF = new Rgb(0.5, 0.5, 0.5);

  @ParameterizedTest
  @CsvSource({
    "375, 235, 1",
    "939, 235, 1",
    "940, 235, 2",
    "1200, 235, 2",
    "3000, 235, 4",
    "20000, 235, 8",
    "512, 64, 4"
  })
  void twiceTheResizedSideIsLeft(int shortSide, int resizeShort, int factor) {
    assertEquals(factor, JpegScaling.DCT.factor(shortSide, resizeShort));
    assertEquals(1, JpegScaling.FULL.factor(shortSide, resizeShort));
  }

  @TestFactory
  Stream<DynamicTest> scaledPixelsArePillows() {
    return Goldens.rows("scaled.tsv").stream()
        .map(row -> DynamicTest.dynamicTest(row[0] + " / " + row[1], () -> checkPixels(row)));
  }

  private static void checkPixels(String[] row) throws IOException, ImageException {
    byte[] jpeg = Files.readAllBytes(Path.of(row[0]));
    int factor = Integer.parseInt(row[1]);
    DecodedImage whole;
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      whole = decoder.decode(jpeg, 0, jpeg.length);
    }
    int resizeShort = Math.min(whole.width(), whole.height()) / factor / 2;
    try (var decoder = scaling(resizeShort)) {
      DecodedImage image = decoder.decode(jpeg, 0, jpeg.length);
      assertEquals(row[2] + "x" + row[3], image.columns() + "x" + image.rows());
      assertEquals(whole.width(), image.width());
      assertEquals(whole.height(), image.height());
      assertEquals(row[4], Goldens.sha256(Goldens.pixels(image)));
    }
  }

  @Test
  void otherFormatsAndFourInksAreDecodedInFull() throws ImageException {
    for (String file : new String[] {"rgb.png", "rgba.png", "lossy.webp", "cmyk.jpg"}) {
      byte[] image = Goldens.bytes("decode/" + file);
      try (var scaling = scaling(1);
          var full = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
        assertEquals(
            Goldens.sha256(Goldens.pixels(full.decode(image, 0, image.length))),
            Goldens.sha256(Goldens.pixels(scaling.decode(image, 0, image.length))),
            file);
      }
    }
  }

  @Test
  void aResizedPhotographDiffersLittleFromTheWhole() throws IOException, ImageException {
    byte[] jpeg = Files.readAllBytes(Path.of("src/demo/photographs/astronaut.jpg"));
    var resampler = new Resampler(new Preprocessing(64, 64, 64, Interpolation.BICUBIC, HALF, HALF));
    try (var scaling = scaling(64);
        var full = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      DecodedImage scaled = scaling.decode(jpeg, 0, jpeg.length);
      assertEquals(128, scaled.columns());
      byte[] pixels = resampler.resizeToBytes(scaled);
      byte[] expected = resampler.resizeToBytes(full.decode(jpeg, 0, jpeg.length));
      double sum = 0;
      for (int i = 0; i < pixels.length; i++) {
        sum += Math.abs((pixels[i] & 0xff) - (expected[i] & 0xff));
      }
      double mean = sum / pixels.length;
      assertTrue(mean > 0 && mean < 2, "mean difference " + mean);
    }
  }

  private static ImageDecoder scaling(int resizeShort) {
    var options = new DecodeOptions(Orientation.EXIF, JpegScaling.DCT, Animated.REFUSE);
    return new ImageDecoder(ImageLimits.DEFAULT, options, resizeShort);
  }
}
