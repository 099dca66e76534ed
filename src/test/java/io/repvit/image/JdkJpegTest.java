package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import io.repvit.image.ImageHeader.Samples;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the goldens do not reach: pictures in more than one stripe, and a parser that is wrong. */
class JdkJpegTest {

  @Test
  void stripesJoinWithoutASeam() throws ImageException {
    for (String file : new String[] {"ycck.jpg", "ycck-progressive.jpg"}) {
      byte[] whole = decode(file, 24, 17, JdkJpeg.STRIPE_BYTES);
      for (int rows : new int[] {0, 1, 5, 16, 17}) {
        assertArrayEquals(whole, decode(file, 24, 17, rows * 4 * 24), file + " by " + rows);
      }
    }
  }

  @Test
  void aPictureOfAnotherSizeThanItsHeaderIsCorrupt() {
    ImageException refusal =
        assertThrows(ImageException.class, () -> decode("ycck.jpg", 24, 16, JdkJpeg.STRIPE_BYTES));
    assertEquals(Code.CORRUPT, refusal.code());
    assertTrue(String.valueOf(refusal.getMessage()).contains("24x17"), refusal.getMessage());
  }

  private static byte[] decode(String file, int width, int height, int stripeBytes)
      throws ImageException {
    ByteBuffer rgb = ByteBuffer.allocate(3 * width * height);
    ImageHeader header = new ImageHeader(ImageFormat.JPEG, width, height, 1, Samples.YCCK, 1);
    ByteBuffer encoded = ByteBuffer.wrap(Goldens.bytes("decode/" + file));
    JdkJpeg.decode(encoded, header, JpegColour.YCCK, stripeBytes, rgb);
    return rgb.array();
  }
}
