package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** Buffers, reuse and closing. */
class ImageDecoderLifecycleTest {

  @Test
  void closingTwiceDoesNothingMore() {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
    decoder.close();
    decoder.close();
  }

  @Test
  void theSizeOfTheProcessDoesNotLimitNativeAllocations() {
    new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF).close();
    assertEquals(0, Pointer.maxPhysicalBytes());
  }

  @Test
  void aClosedDecoderRefusesToDecode() {
    ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF);
    decoder.close();
    assertThrows(IllegalStateException.class, () -> decoder.decode(new byte[8], 0, 8));
  }

  @Test
  void pixelsAreRightAfterEachKindOfRefusal() throws ImageException {
    byte[] good = Goldens.bytes("decode/baseline-420.jpg");
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      byte[] expected = Goldens.pixels(decoder.decode(good, 0, good.length));
      for (String[] row : Goldens.rows("reject.tsv")) {
        byte[] bad = Goldens.bytes("reject/" + row[0]);
        assertThrows(ImageException.class, () -> decoder.decode(bad, 0, bad.length));
        assertArrayEquals(expected, Goldens.pixels(decoder.decode(good, 0, good.length)), row[0]);
      }
    }
  }

  @Test
  void anyKindOfBufferGivesTheSamePixelsAndKeepsItsPosition() throws ImageException {
    for (String file :
        new String[] {"baseline-420.jpg", "cmyk.jpg", "palette-trns.png", "lossy.webp"}) {
      byte[] bytes = Goldens.bytes("decode/" + file);
      try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
        byte[] expected = Goldens.pixels(decoder.decode(bytes, 0, bytes.length));
        ByteBuffer heap = ByteBuffer.allocate(bytes.length + 9).put(5, bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length + 9).put(5, bytes);
        for (ByteBuffer buffer : new ByteBuffer[] {heap, direct, direct.asReadOnlyBuffer()}) {
          buffer.position(5).limit(5 + bytes.length);
          assertArrayEquals(expected, Goldens.pixels(decoder.decode(buffer)), file);
          assertEquals(5, buffer.position());
          assertEquals(5 + bytes.length, buffer.limit());
        }
      }
    }
  }

  @Test
  void aPartOfAnArrayIsDecodedWithoutItsNeighbours() throws ImageException {
    byte[] bytes = Goldens.bytes("decode/rgb.png");
    byte[] wide = new byte[bytes.length + 20];
    System.arraycopy(bytes, 0, wide, 7, bytes.length);
    try (ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      byte[] expected = Goldens.pixels(decoder.decode(bytes, 0, bytes.length));
      assertArrayEquals(expected, Goldens.pixels(decoder.decode(wide, 7, bytes.length)));
    }
  }

  @Test
  void memoryOfALargeImageIsGivenBackWhenSmallOnesFollow() {
    DirectBytes memory = new DirectBytes();
    assertEquals(36 << 20, memory.atLeast(32 << 20).capacity());
    assertEquals(36 << 20, memory.atLeast(12 << 20).capacity());
    assertEquals(1250, memory.atLeast(1000).capacity());
    memory.release();
  }

  @Test
  void memoryOfLargeImagesDoesNotWaitForTheGarbageCollector() {
    DirectBytes memory = new DirectBytes();
    long before = directBytes();
    for (int i = 0; i < 20; i++) {
      memory.atLeast(32 << 20);
      memory.atLeast(1000);
    }
    long more = directBytes() - before;
    assertTrue(more < 32 << 20, more + " bytes");
    memory.release();
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  @Test
  void limitsOutsideWhatABufferHoldsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 1, 30));
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1L << 31, 1, 30));
    assertThrows(IllegalArgumentException.class, () -> new ImageLimits(1, 0, 30));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ImageLimits(1, ImageLimits.GREATEST_MAX_PIXELS + 1, 30));
  }
}
