package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import io.repvit.testing.hostile.HostileJpeg;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is refused, with which code, and what that costs. */
class ImageDecoderRefusalTest {

  @TestFactory
  Stream<DynamicTest> eachDefectHasItsCode() {
    return Goldens.rows("reject.tsv").stream()
        .map(row -> DynamicTest.dynamicTest(row[0], () -> checkRefused(row[0], row[1])));
  }

  private static void checkRefused(String file, String code) {
    ImageException refusal = refusal(Goldens.bytes("reject/" + file), ImageLimits.DEFAULT);
    assertEquals(Code.valueOf(code), refusal.code(), refusal.getMessage());
    assertFalse(String.valueOf(refusal.getMessage()).contains("/home/"), refusal.getMessage());
  }

  @Test
  void everyCodeHasAFileThatProvesIt() {
    Set<Code> proven =
        EnumSet.of(
            Code.TOO_MANY_BYTES,
            Code.TOO_MANY_SCANS,
            Code.TOO_SLOW,
            Code.DECODER_BUSY,
            Code.UNSUPPORTED_WEBP); // by tests of their own
    Goldens.rows("reject.tsv").forEach(row -> proven.add(Code.valueOf(row[1])));
    Goldens.rows("unsupported.tsv").forEach(row -> proven.add(Code.valueOf(row[1])));
    assertEquals(EnumSet.allOf(Code.class), proven);
  }

  @Test
  void anEncodedImageOverTheByteLimitIsRefusedBeforeItsHeaderIsRead() {
    ImageException refusal = refusal(new byte[101], new ImageLimits(100, 1_000_000, 30));
    assertEquals(Code.TOO_MANY_BYTES, refusal.code());
    assertEquals(
        "101 encoded bytes, the limit is 100; raise the limit or leave the object out",
        refusal.getMessage());
  }

  @Test
  void anImageOfExactlyTheLimitsIsDecoded() throws ImageException {
    byte[] encoded = Goldens.bytes("decode/rgb.png");
    ImageLimits exact = new ImageLimits(encoded.length, 41 * 33, 30);
    try (ImageDecoder decoder = new ImageDecoder(exact, Orientation.EXIF)) {
      assertEquals(41, decoder.decode(encoded, 0, encoded.length).width());
    }
  }

  @Test
  void anImageOfOnePixelOverTheLimitIsRefused() {
    byte[] encoded = Goldens.bytes("decode/rgb.png");
    ImageException refusal = refusal(encoded, new ImageLimits(encoded.length, 41 * 33 - 1, 30));
    assertEquals(Code.TOO_MANY_PIXELS, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains("41x33"), refusal.getMessage());
  }

  @Test
  void anImageForWhichThereIsNoMemoryEndsNothing() {
    PixelEngine engine =
        (PixelEngine)
            Proxy.newProxyInstance(
                PixelEngine.class.getClassLoader(),
                new Class<?>[] {PixelEngine.class},
                (proxy, method, arguments) -> {
                  throw new OutOfMemoryError("Cannot reserve 192000000 bytes");
                });
    byte[] png = Goldens.bytes("decode/rgb.png");
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 1, engine)) {
      var e = assertThrows(ImageException.class, () -> decoder.decode(png, 0, png.length));
      assertEquals(Code.DECODER_BUSY, e.code());
      assertTrue(String.valueOf(e.getMessage()).contains("Cannot reserve 192"), e.getMessage());
    }
  }

  @Test
  void aRowThatIsTooLongForTheHeapIsRefused() {
    byte[] head = "P4\n1048577 1\n".getBytes(StandardCharsets.US_ASCII);
    byte[] wide = Arrays.copyOf(head, head.length + 131_073);
    ImageException refusal = refusal(wide, ImageLimits.DEFAULT);
    assertEquals(Code.TOO_MANY_PIXELS, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains("1048577x1"), refusal.getMessage());
  }

  @Test
  void whatOpenCvThrowsIsToldWithoutThePathItWasBuiltAt() {
    RuntimeException thrown =
        new RuntimeException("OpenCV(4.13.0) /home/x/loadsave.cpp:79: error: (-215) too large\n");
    assertEquals("(-215) too large", OpenCvEngine.reason(thrown));
  }

  @Test
  void everyPrefixOfAnImageIsRefused() {
    for (String file :
        new String[] {"orientation-6.jpg", "cmyk.jpg", "grey-2-bit-trns.png", "1x1.webp"}) {
      byte[] whole = Goldens.bytes("decode/" + file);
      for (int length = 12; length < whole.length; length++) {
        byte[] prefix = Arrays.copyOf(whole, length);
        ImageException refusal = refusal(prefix, ImageLimits.DEFAULT);
        assertEquals(Code.TRUNCATED, refusal.code(), file + " of " + length + " bytes");
      }
    }
  }

  @Test
  void mutatedImagesGivePixelsOrARefusalAndNothingElse() {
    Random random = new Random(7);
    String[] files = {
      "progressive.jpg",
      "cmyk.jpg",
      "ycck-progressive.jpg",
      "orientation-3.jpg",
      "rgb.png",
      "palette-trns.png",
      "rgba-16.png",
      "lossy-alpha.webp",
      "lossless.webp"
    };
    int refused = 0;
    int decoded = 0;
    ImageLimits small = new ImageLimits(1 << 20, 1 << 20, 30);
    try (ImageDecoder decoder = new ImageDecoder(small, Orientation.EXIF)) {
      for (int i = 0; i < 800; i++) {
        byte[] mutated = Goldens.bytes("decode/" + files[i % files.length]);
        for (int n = 1 + random.nextInt(6); n > 0; n--) {
          // Half of the mutations fall into the header, where most decisions are made.
          int reach = random.nextBoolean() ? Math.min(200, mutated.length) : mutated.length;
          mutated[random.nextInt(reach)] = (byte) random.nextInt(256);
        }
        try {
          DecodedImage image = decoder.decode(mutated, 0, mutated.length);
          assertEquals(3 * image.width() * image.height(), image.pixels().remaining());
          decoded++;
        } catch (ImageException e) {
          refused++;
        }
      }
    }
    assertTrue(refused > 100 && decoded > 100, refused + " refused, " + decoded + " decoded");
  }

  @Test
  void aJpegOfMoreScansThanEncodersWriteIsRefused() {
    byte[] bomb = HostileJpeg.scanBomb(Goldens.bytes("decode/progressive.jpg"), 200);
    assertEquals(Code.TOO_MANY_SCANS, refusal(bomb, ImageLimits.DEFAULT).code());
    assertEquals(
        Code.TOO_MANY_SCANS, refusal(withComment(bomb, 2, 0xff, 0xd9), ImageLimits.DEFAULT).code());
    // A marker that libjpeg does not know cannot hide scans: libjpeg refuses it.
    byte[] hiding = inserted(bomb, before(bomb, 2), new byte[] {(byte) 0xff, 2, -1, -1});
    assertEquals(Code.CORRUPT, refusal(hiding, ImageLimits.DEFAULT).code());
  }

  @Test
  void aWebpOfTwoPicturesIsRefused() {
    byte[] large = Goldens.bytes("decode/lossless.webp");
    byte[] small = Goldens.bytes("decode/1x1.webp");
    byte[] both = inserted(large, large.length, Arrays.copyOfRange(small, 12, small.length));
    ByteBuffer.wrap(both).order(ByteOrder.LITTLE_ENDIAN).putInt(4, both.length - 8);
    ImageException refusal = refusal(both, ImageLimits.DEFAULT);
    assertEquals(Code.CORRUPT, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains("two pictures"), refusal.getMessage());
  }

  @Test
  void whatLooksLikeScansInAMetadataSegmentIsNotCounted() throws ImageException {
    int[] scans = new int[400];
    for (int i = 0; i < scans.length; i += 2) {
      scans[i] = 0xff;
      scans[i + 1] = 0xda;
    }
    byte[] image = withComment(Goldens.bytes("decode/progressive.jpg"), 2, scans);
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      assertEquals(97, decoder.decode(image, 0, image.length).width());
    }
  }

  /** A comment before the scan with this number, 1 being the first. */
  private static byte[] withComment(byte[] jpeg, int scan, int... content) {
    byte[] comment = new byte[4 + content.length];
    comment[0] = (byte) 0xff;
    comment[1] = (byte) 0xfe;
    comment[2] = (byte) (content.length + 2 >> 8);
    comment[3] = (byte) (content.length + 2);
    for (int i = 0; i < content.length; i++) {
      comment[4 + i] = (byte) content[i];
    }
    return inserted(jpeg, before(jpeg, scan), comment);
  }

  private static int before(byte[] jpeg, int scan) {
    int at = 0;
    for (int found = 0; found < scan; at++) {
      if (jpeg[at] == (byte) 0xff && jpeg[at + 1] == (byte) 0xda) {
        found++;
      }
    }
    return at - 1;
  }

  private static byte[] inserted(byte[] file, int at, byte[] more) {
    return ByteBuffer.allocate(file.length + more.length)
        .put(file, 0, at)
        .put(more)
        .put(file, at, file.length - at)
        .array();
  }

  private static ImageException refusal(byte[] encoded, ImageLimits limits) {
    try (ImageDecoder decoder = new ImageDecoder(limits, Orientation.EXIF)) {
      return assertThrows(ImageException.class, () -> decoder.decode(encoded, 0, encoded.length));
    }
  }
}
