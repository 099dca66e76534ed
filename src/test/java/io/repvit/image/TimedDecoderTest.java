package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import io.repvit.testing.Await;
import io.repvit.testing.hostile.HostileJpeg;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TimedDecoderTest {
  private static final long PATIENCE_MS = 100_000;

  private static final byte[] SMALL = Goldens.bytes("decode/progressive.jpg");

  /** Thirteen scans of 36 million pixels, which take hundreds of milliseconds. */
  private static final byte[] SLOW = HostileJpeg.resized(SMALL, 6000, 6000);

  @AfterEach
  void everyCodecReturns() throws InterruptedException {
    Await.until(
        "every codec has returned", () -> AbandonedDecodes.count() == 0 && decodeThreads() == 0);
  }

  @Test
  void whatIsDecodedOnAnotherThreadIsWhatTheDecoderMakes() throws ImageException {
    byte[] inks = Goldens.bytes("decode/cmyk-progressive.jpg");
    byte[] large = HostileJpeg.resized(SMALL, 1000, 1000);
    try (var plain = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
        var timed = timed(30_000)) {
      for (byte[] image : new byte[][] {SMALL, inks, large}) {
        assertArrayEquals(
            Goldens.pixels(plain.decode(image, 0, image.length)), decode(timed, image));
      }
    }
  }

  @Test
  void anImageThatTakesTooLongIsGivenUpAndTheNextIsDecoded() throws ImageException {
    byte[] expected;
    try (var plain = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      expected = Goldens.pixels(plain.decode(SMALL, 0, SMALL.length));
    }
    try (var timed = timed(1)) {
      var e = assertThrows(ImageException.class, () -> decode(timed, SLOW));
      assertEquals(Code.TOO_SLOW, e.code());
      assertMessage(e, "JPEG of 6000x6000, ", "1 ms of processor time; raise max-image-seconds");
      assertArrayEquals(expected, decode(timed, SMALL));
    }
  }

  @Test
  void anImageWaitsForTheCodecsThatAreLeftBehind() throws ImageException {
    try (var timed = timed(1);
        var patient = timed(30_000)) {
      for (int i = 0; i < AbandonedDecodes.MOST; i++) {
        var e = assertThrows(ImageException.class, () -> decode(timed, SLOW));
        assertEquals(Code.TOO_SLOW, e.code());
      }
      assertEquals(6000, patient.decode(ByteBuffer.wrap(SLOW)).width());
    }
  }

  @Test
  void anImageIsNotTriedWhenNoCodecReturns() throws ImageException {
    var stuck = List.of(new CompletableFuture<Void>(), new CompletableFuture<Void>());
    stuck.forEach(AbandonedDecodes::add);
    try (var timed = new TimedDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 1, 30_000, 1)) {
      var e = assertThrows(ImageException.class, () -> decode(timed, SLOW));
      assertEquals(Code.DECODER_BUSY, e.code());
      assertMessage(e, "2 timed-out decodes have not ended", "start another run");
      assertEquals(97, timed.decode(ByteBuffer.wrap(SMALL)).width());
    } finally {
      stuck.forEach(codec -> codec.complete(null));
    }
  }

  @Test
  void anImageThatGetsNoProcessorIsNotCalledSlow() {
    try (var timed = new TimedDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 1, 30_000, 1)) {
      var e = assertThrows(ImageException.class, () -> decode(timed, SLOW));
      assertEquals(Code.DECODER_BUSY, e.code());
      assertMessage(e, " ms of processor time; start another run when the machine has less load");
    }
  }

  @Test
  void aCodecInJavaStopsWhenItsThreadIsInterrupted() {
    try (var plain = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      for (String name : List.of("decode/cmyk-progressive.jpg", "formats/rgb-jpeg.tif")) {
        byte[] image = Goldens.bytes(name);
        Thread.currentThread().interrupt();
        var e =
            assertThrows(ImageException.class, () -> plain.decode(image, 0, image.length), name);
        assertTrue(Thread.interrupted());
        assertMessage(e, "interrupted while decoding");
      }
    }
  }

  @Test
  void aTaskThatIsStoppedDoesNotWaitForTheCodec() {
    try (var timed = timed(30_000)) {
      Thread.currentThread().interrupt();
      assertThrows(CancellationException.class, () -> decode(timed, SLOW));
      assertTrue(Thread.interrupted(), "the mark is kept");
    }
  }

  @Test
  void aRefusalOnTheOtherThreadIsTheDecodersOwn() {
    byte[] broken = Goldens.bytes("reject/cmyk-without-quantisation.jpg");
    try (var timed = timed(30_000)) {
      var e = assertThrows(ImageException.class, () -> decode(timed, broken));
      assertEquals(Code.CORRUPT, e.code());
    }
  }

  private static TimedDecoder timed(long limitMs) {
    return new TimedDecoder(ImageLimits.DEFAULT, DecodeOptions.DEFAULT, 1, limitMs, PATIENCE_MS);
  }

  private static void assertMessage(ImageException e, String... parts) {
    String message = String.valueOf(e.getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  private static byte[] decode(TimedDecoder decoder, byte[] image) throws ImageException {
    return Goldens.pixels(decoder.decode(ByteBuffer.wrap(image)));
  }

  private static long decodeThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().equals("repvit-decode"))
        .count();
  }
}
