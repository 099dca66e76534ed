package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class ThumbnailerTest {

  @TestFactory
  Stream<DynamicTest> thumbnailsAreThoseOfPillow() {
    return Goldens.rows("thumbnails.tsv").stream()
        .map(
            row ->
                DynamicTest.dynamicTest(String.join(" ", Arrays.copyOf(row, 4)), () -> check(row)));
  }

  private static void check(String[] row) {
    int width = Integer.parseInt(row[1]);
    int height = Integer.parseInt(row[2]);
    DecodedImage image = Goldens.decoded(width, height, PatternImage.rgb(row[0], width, height));
    try (var thumbnailer = new Thumbnailer(Integer.parseInt(row[3]))) {
      Thumbnail thumbnail = thumbnailer.of(image);
      int[] rgb = thumbnail.rgb();
      byte[] bytes = new byte[3 * rgb.length];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (rgb[i / 3] >> (16 - 8 * (i % 3)));
      }
      assertEquals(row[4] + "x" + row[5], thumbnail.columns() + "x" + thumbnail.rows());
      assertEquals(row[6], Goldens.sha256(bytes));
    }
  }
}
