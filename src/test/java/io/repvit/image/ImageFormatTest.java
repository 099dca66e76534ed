package io.repvit.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a new image format needs beside its codec: golden images and documents. */
class ImageFormatTest {

  private static final Path DOCUMENT = Path.of("docs/images.md");

  @Test
  void everyFormatHasGoldenImages() {
    EnumSet<ImageFormat> golden = EnumSet.noneOf(ImageFormat.class);
    Stream.of("decode.tsv", "formats.tsv")
        .flatMap(table -> Goldens.rows(table).stream())
        .forEach(row -> golden.add(ImageFormat.valueOf(row[1])));
    assertEquals(EnumSet.allOf(ImageFormat.class), golden);
  }

  @Test
  void docsListEveryFormatInOrder() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream()
            .dropWhile(line -> !line.startsWith("| `format` "))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("`", 3)[1])
            .toList();
    assertEquals(Arrays.stream(ImageFormat.values()).map(Enum::name).toList(), rows);
  }

  @Test
  void docsListEveryCode() throws IOException {
    String document = Files.readString(DOCUMENT);
    for (Code code : Code.values()) {
      assertTrue(document.contains("`" + code + "`"), code + " is not in " + DOCUMENT);
    }
  }

  @Test
  void theRefusalOfAnUnknownFormatNamesAllFormats() {
    try (var decoder = new ImageDecoder(ImageLimits.DEFAULT, Orientation.EXIF)) {
      var e = assertThrows(ImageException.class, () -> decoder.decode(new byte[16], 0, 16));
      assertEquals(
          "unknown image format, begins with 0x00000000000000000000000000000000; supported formats"
              + " are JPEG, PNG, WebP, BMP, GIF, TIFF, PNM; convert the object or leave it out of"
              + " the listing",
          e.getMessage());
    }
  }
}
