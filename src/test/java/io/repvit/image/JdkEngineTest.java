package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.image.ImageException.Code;
import io.repvit.image.Preprocessing.Interpolation;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is decoded without OpenCV has the same pixels, or is refused. */
class JdkEngineTest {
  private static final PixelEngine JDK = new JdkEngine();

  @TestFactory
  Stream<DynamicTest> pixelsAreThoseOfPillow() {
    return Goldens.rows("decode.tsv").stream()
        .map(row -> DynamicTest.dynamicTest(row[0], () -> check("decode/", row)));
  }

  @TestFactory
  Stream<DynamicTest> pixelsOfRarerFormatsAreThoseOfPillow() {
    return Goldens.rows("formats.tsv").stream()
        .filter(row -> !row[0].startsWith("arithmetic"))
        .map(row -> DynamicTest.dynamicTest(row[0], () -> check("formats/", row)));
  }

  private static void check(String folder, String[] row) throws ImageException {
    byte[] encoded = Goldens.bytes(folder + row[0]);
    try (var decoder = decoder(DecodeOptions.DEFAULT)) {
      DecodedImage image = decoder.decode(encoded, 0, encoded.length);
      assertEquals(row[2] + "x" + row[3], image.width() + "x" + image.height());
      assertEquals(row[4], Goldens.sha256(Goldens.pixels(image)));
    }
  }

  @TestFactory
  Stream<DynamicTest> theFirstFrameIsThatOfPillow() {
    var options = new DecodeOptions(Orientation.EXIF, JpegScaling.FULL, Animated.FIRST);
    return Goldens.rows("animated.tsv").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0],
                    () -> {
                      byte[] encoded = Goldens.bytes("animated/" + row[0]);
                      try (var decoder = decoder(options)) {
                        DecodedImage image = decoder.decode(encoded, 0, encoded.length);
                        assertEquals(row[4], Goldens.sha256(Goldens.pixels(image)));
                      }
                    }));
  }

  @TestFactory
  Stream<DynamicTest> whatIsRefusedWithOpenCvIsRefusedWithoutIt() {
    return Goldens.rows("reject.tsv").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row[0], () -> assertEquals(Code.valueOf(row[1]), code("reject/" + row[0]))));
  }

  @Test
  void whatTheJdkMayDecodeInAnotherWayIsRefused() throws ImageException {
    assertEquals(Code.UNSUPPORTED_JPEG, code("formats/arithmetic.jpg"));
    byte[] halved = Goldens.bytes("decode/baseline-444.jpg").clone();
    for (int at = 2; ; at += 2 + ((halved[at + 2] & 0xff) << 8 | (halved[at + 3] & 0xff))) {
      if ((halved[at + 1] & 0xff) == JpegHeader.SOF0) {
        halved[at + 11] = 0x12; // luminance has twice the rows
        break;
      }
    }
    try (var decoder = decoder(DecodeOptions.DEFAULT)) {
      ImageException refusal =
          assertThrows(ImageException.class, () -> decoder.decode(halved, 0, halved.length));
      assertEquals(Code.UNSUPPORTED_JPEG, refusal.code());
    }
    byte[] jpeg = Goldens.bytes("decode/baseline-420-500x375.jpg");
    var scaled = new DecodeOptions(Orientation.EXIF, JpegScaling.DCT, Animated.REFUSE);
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, scaled, 20, JDK)) {
      assertThrows(ImageException.class, () -> decoder.decode(jpeg, 0, jpeg.length));
    }
  }

  @Test
  void picturesAreTurnedAndResizedAsByOpenCv() {
    var random = new Random(1);
    byte[] pixels = new byte[3 * 301 * 227];
    random.nextBytes(pixels);
    ByteBuffer from = ByteBuffer.allocateDirect(pixels.length).put(0, pixels);
    PixelEngine openCv = new OpenCvEngine();
    for (int orientation = 2; orientation <= 8; orientation++) {
      ByteBuffer expected = ByteBuffer.allocateDirect(pixels.length);
      ByteBuffer turned = ByteBuffer.allocateDirect(pixels.length);
      openCv.turn(orientation, from, 301, 227, expected);
      JDK.turn(orientation, from, 301, 227, turned);
      assertEquals(expected, turned, "orientation " + orientation);
    }
    var half = new Rgb(0.5, 0.5, 0.5);
    var preprocessing = new Preprocessing(64, 48, 70, Interpolation.BICUBIC, half, half);
    DecodedImage image = Goldens.decoded(301, 227, pixels);
    try (var a = new Resampler(preprocessing, Convolution.best(), openCv);
        var b = new Resampler(preprocessing, Convolution.best(), JDK)) {
      assertArrayEquals(a.resizeToBytes(image), b.resizeToBytes(image));
    }
  }

  @Test
  void thePropertyNamesTheEngine() {
    assertInstanceOf(JdkEngine.class, PixelEngines.choose("JDK"));
    assertInstanceOf(OpenCvEngine.class, PixelEngines.choose("opencv"));
    assertInstanceOf(OpenCvEngine.class, PixelEngines.choose("auto"));
    assertThrows(IllegalArgumentException.class, () -> PixelEngines.choose("pillow"));
  }

  private static ImageDecoder decoder(DecodeOptions options) {
    return new ImageDecoder(ImageLimits.DEFAULT, options, 1, JDK);
  }

  private static Code code(String file) {
    byte[] encoded = Goldens.bytes(file);
    try (var decoder = decoder(DecodeOptions.DEFAULT)) {
      return assertThrows(ImageException.class, () -> decoder.decode(encoded, 0, encoded.length))
          .code();
    }
  }
}
