package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command over the images of src/test/python/golden_edges.py. */
class EdgeImagesTest {
  private static final Path IMAGES = Path.of("src/test/resources/image");

  @TempDir Path output;

  @Test
  void theTablesSayOfEachImageWhatPillowSays() throws Exception {
    Cli.classify(IMAGES.resolve("edges"), output, "--max-quarantine-rate", "1").done();
    try (Tables tables = Tables.open(output)) {
      assertAll(
          () ->
              assertEquals(
                  table("edges.tsv", 1, 2, 3),
                  texts(tables, "format || ' ' || width || ' ' || height from predictions")),
          () -> assertEquals(table("edges-refused.tsv", 1), texts(tables, "code from quarantine")),
          // Which is the reader's own text.
          () ->
              assertEquals(
                  1,
                  tables.count(
                      "quarantine",
                      "path like '%pixels-not-consecutive.png' and message like"
                          + " '%Unexpected end of ZLIB input stream%'")));
    }
  }

  /** Columns of a table of the generator, by file. */
  private static Map<String, String> table(String name, int... columns) throws IOException {
    var rows = new TreeMap<String, String>();
    for (String line : Files.readAllLines(IMAGES.resolve(name))) {
      String[] row = line.split("\t", -1);
      rows.put(
          row[0],
          Arrays.stream(columns).mapToObj(column -> row[column]).collect(Collectors.joining(" ")));
    }
    return rows;
  }

  private static Map<String, String> texts(Tables tables, String what) throws Exception {
    var rows = new TreeMap<String, String>();
    tables
        .rows("select path, " + what)
        .forEach(
            row ->
                rows.put(
                    Path.of(row.get(0).toString()).getFileName().toString(),
                    row.get(1).toString()));
    return rows;
  }
}
