package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.Preprocessing.Interpolation;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Read back by the JDK's own JPEG reader. */
class ThumbnailTest {

  /** A red left half and a blue right one, normalised, behind another image's values. */
  @ParameterizedTest
  @CsvSource({
    "224, 224, 112, 112",
    "32, 32, 32, 32",
    "256, 100, 50, 128",
    "1, 3, 3, 1",
    "4, 1000, 125, 1",
    "1000, 40, 5, 125"
  })
  void thePictureIsWhatTheModelSaw(int height, int width, int columns, int rows) throws Exception {
    var p =
        new Preprocessing(
            height,
            width,
            Math.max(height, width),
            Interpolation.BICUBIC,
            new Rgb(0.485, 0.456, 0.406),
            new Rgb(0.229, 0.224, 0.225));
    int plane = height * width;
    FloatBuffer slot =
        ByteBuffer.allocateDirect(4 * (7 + 3 * plane))
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer()
            .position(7);
    double[][] colours = {{220, 30, 20}, {10, 40, 200}};
    double[] mean = {0.485, 0.456, 0.406};
    double[] std = {0.229, 0.224, 0.225};
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < plane; i++) {
        double value = colours[i % width < width / 2 ? 0 : 1][c] / 255;
        slot.put(7 + c * plane + i, (float) ((value - mean[c]) / std[c]));
      }
    }
    byte[] jpeg = Thumbnail.of(slot, p).jpeg();
    assertEquals(7, slot.position());
    var picture = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertEquals(columns, picture.getWidth());
    assertEquals(rows, picture.getHeight());
    assertTrue(jpeg.length < 6000, jpeg.length + " bytes");
    if (columns > 16) {
      close(colours[0], picture.getRGB(columns / 4, rows / 2));
      close(colours[1], picture.getRGB(3 * columns / 4, rows / 2));
    }
  }

  private static void close(double[] expected, int rgb) {
    assertEquals(expected[0], rgb >> 16 & 0xff, 4);
    assertEquals(expected[1], rgb >> 8 & 0xff, 4);
    assertEquals(expected[2], rgb & 0xff, 4);
  }
}
