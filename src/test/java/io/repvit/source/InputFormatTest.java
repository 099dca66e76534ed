package io.repvit.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a new input format needs in the documents. */
class InputFormatTest {
  private static final Path DOCUMENT = Path.of("docs/inputs.md");

  @Test
  void docsListEveryFormatInOrder() throws IOException {
    List<String> rows =
        Files.readAllLines(DOCUMENT).stream()
            .dropWhile(line -> !line.startsWith("| `--input-format` "))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .map(line -> line.split("`", 3)[1])
            .toList();
    assertEquals(Stream.of(InputFormat.values()).map(InputFormat::label).toList(), rows);
  }

  @Test
  void docsListEveryEndingOfShards() throws IOException {
    String document = Files.readString(DOCUMENT);
    var options = new InputFormat.Options(List.of(), List.of(), "parquet", "image", null);
    for (InputFormat format : InputFormat.values()) {
      if (format.input(options) instanceof Input.Shards shards) {
        for (String ending : shards.images().shard().endings()) {
          assertTrue(document.contains("`" + ending + "`"), format + ": " + ending);
        }
      }
    }
  }
}
