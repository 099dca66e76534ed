package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ImageNamesTest {
  @Test
  void namesOfOtherThingsAreToldFromThoseOfImages() {
    for (String other :
        List.of("README", "a/notes.TXT", "3.2/LICENSE", "Makefile", "a.jpg.txt", "clip1.mp4")) {
      assertEquals(true, isOther("s3a://photos/" + other), other);
    }
    for (String image :
        List.of(
            "a.jpg",
            "a.b.JPEG",
            "5f3a9c",
            "IMG_1",
            "scan.2026",
            ".jfif",
            "a.zip#README",
            "t#k/README")) {
      assertEquals(false, isOther("s3a://photos/" + image), image);
    }
  }

  @Test
  void docsListOnlyNamesOfImagesForTheFormats() throws IOException {
    List<String> extensions =
        Files.readAllLines(Path.of("docs/images.md")).stream()
            .dropWhile(line -> !line.startsWith("| `format` "))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .flatMap(line -> Pattern.compile("`\\.(\\w+)`").matcher(line).results())
            .map(match -> match.group(1))
            .toList();
    assertTrue(extensions.contains("jpg"), extensions.toString());
    for (String extension : extensions) {
      assertTrue(ImageNames.isImage(extension), extension);
    }
  }

  private static boolean isOther(String path) {
    return ImageNames.isOther(new SourceObject(path, 1, 1, null));
  }
}
