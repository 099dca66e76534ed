package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.predict.OpenResources;
import io.repvit.testing.hostile.Bombs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are small and take long: each is a row, and the others are scored. */
@Tag("slow")
class BombsTest {
  private static final Path DECODE = Path.of("src/test/resources/image/decode");

  /** More than the tasks of this JVM may give up at a time. */
  private static final int EACH = 10;

  private static final int SLOW = 3;

  @TempDir Path folder;

  @Test
  void noNumberOfBombsEndsARun() throws Exception {
    Path input = folder.resolve("input");
    Samples.garments(input, 1);
    byte[] inks = Files.readAllBytes(DECODE.resolve("cmyk-progressive.jpg"));
    byte[] colours = Files.readAllBytes(DECODE.resolve("progressive.jpg"));
    for (int i = 0; i < EACH; i++) {
      Files.write(input.resolve("cmyk-" + i + ".jpg"), Bombs.scans(inks, 8000, 80, i));
      Files.write(input.resolve("rgb-" + i + ".jpg"), Bombs.scans(colours, 8000, 88, i));
    }
    for (int i = 0; i < SLOW; i++) {
      Files.write(input.resolve("slow-" + i + ".jpg"), Bombs.scans(inks, 6000, 0, i));
    }
    Files.write(input.resolve("tiles.tif"), Bombs.tiles());
    Path output = folder.resolve("output");
    Cli.classify(input, output, "--max-quarantine-rate", "1", "--max-image-seconds", "1").done();
    try (Tables tables = Tables.open(output)) {
      assertEquals(10, tables.count("predictions", "true"));
      assertEquals(
          List.of(
              List.of("cmyk", "decode", "TOO_MANY_SCANS", (long) EACH),
              List.of("rgb", "decode", "TOO_MANY_SCANS", (long) EACH),
              List.of("slow", "decode", "TOO_SLOW", (long) SLOW),
              List.of("tiles.tif", "decode", "TOO_MANY_PIXELS", 1L)),
          tables.rows(
              "select split_part(parse_filename(path), '-', 1) as kind, stage, code, count(*)"
                  + " from quarantine group by all order by all"));
      for (List<Object> row : tables.rows("select path, message from quarantine")) {
        assertTrue(
            row.get(1).toString().matches("(JPEG|TIFF) of \\d+x\\d+, \\d+ scans: .*"),
            row::toString);
      }
    }
    assertEquals(0, OpenResources.handles());
  }
}
