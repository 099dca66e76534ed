package io.repvit.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.repvit.image.ImageException.Code;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ImageSizeTest {

  /** Upright images, turned ones, and the first of several frames. */
  @TestFactory
  Stream<DynamicTest> sizesAndFormatsAreThoseOfPillow() {
    return Stream.of("decode", "formats", "edges", "animated")
        .flatMap(
            folder ->
                Goldens.rows(folder + ".tsv").stream()
                    .map(
                        row ->
                            DynamicTest.dynamicTest(
                                row[0],
                                () ->
                                    assertEquals(
                                        size(row[1], row[2], row[3]),
                                        ImageSize.of(Goldens.bytes(folder + "/" + row[0]))))));
  }

  private static ImageSize size(String format, String width, String height) {
    return new ImageSize(
        ImageFormat.valueOf(format), Integer.parseInt(width), Integer.parseInt(height));
  }

  @Test
  void anImageBeyondTheLimitsHasASize() throws ImageException {
    byte[] png = Goldens.bytes("decode/" + firstPng());
    ByteBuffer.wrap(png).putInt(16, 1 << 30).putInt(20, 2_000_000_000);
    repairHeader(png);
    assertEquals(new ImageSize(ImageFormat.PNG, 1 << 30, 2_000_000_000), ImageSize.of(png));
  }

  private static String firstPng() {
    return Goldens.rows("decode.tsv").stream()
        .map(row -> row[0])
        .filter(name -> name.endsWith(".png"))
        .findFirst()
        .orElseThrow();
  }

  /** Writes the checksum of the chunk IHDR. */
  private static void repairHeader(byte[] png) {
    var crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
  }

  @Test
  void whatIsNoImageHasNoSize() {
    assertEquals(Code.EMPTY, code(new byte[0]));
    assertEquals(Code.UNRECOGNISED, code("no picture".getBytes(US_ASCII)));
  }

  private static Code code(byte[] encoded) {
    return assertThrows(ImageException.class, () -> ImageSize.of(encoded)).code();
  }
}
