package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.repvit.predict.OpenResources;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten images in a folder and what the model says of them: whatever the form in which the same bytes
 * come, it says the same.
 */
abstract class TenImages {
  static final Path PACKED = Path.of("src/test/resources/input").toAbsolutePath();

  @TempDir static Path folder;
  static Path images;
  static Map<String, String> expected;

  @BeforeAll
  static void classifyFolder() throws Exception {
    images = folder.resolve("images");
    Samples.garments(images, 1);
    Path output = folder.resolve("expected");
    Cli.classify(images, output).done();
    expected = Tables.answersByContent(output);
    assertEquals(10, expected.size());
  }

  @AfterAll
  static void nothingStaysOpen() {
    assertEquals(0, OpenResources.handles());
    assertEquals(0, OpenResources.fetchThreads());
  }

  static void classify(Path input, Path output, String format, String... more) {
    var args = new ArrayList<>(List.of("--input-format", format));
    args.addAll(List.of(more));
    Cli.classify(input, output, args.toArray(String[]::new)).done();
  }
}
