package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job with {@code --jpeg-scaling dct}, beside one that decodes JPEGs in full. */
@Tag("slow")
class ClassifyScaledTest {
  private static final String LABELS =
      "select count(*), count(*) filter (f.label = s.label), max(abs(f.score - s.score)) < 0.02,"
          + " count(*) filter (f.score <> s.score), min(s.width), count(distinct f.preprocessing)"
          + " + count(distinct s.preprocessing), count(*) filter (f.preprocessing = s.preprocessing)"
          + " from read_parquet('%s') f join read_parquet('%s') s using (path, width, height)";

  @TempDir Path folder;

  @Test
  void scaledJpegsKeepTheirLabelsAndSizesUnderAnotherFingerprint() throws Exception {
    Path input = Files.createDirectories(folder.resolve("input"));
    for (Path photograph : Samples.children(Samples.PHOTOGRAPHS)) {
      if (photograph.toString().endsWith(".jpg")) {
        Files.copy(photograph, input.resolve(photograph.getFileName()));
      }
    }
    Path full = folder.resolve("full");
    Path scaled = folder.resolve("scaled");
    Cli.classify(input, full).done();
    Cli.classify(input, scaled, "--jpeg-scaling", "dct").done();
    try (Tables tables = Tables.open(scaled)) {
      String files = Tables.files(scaled, "predictions");
      assertEquals(
          List.of(List.of(6L, 6L, true, 6L, 512, 2L, 0L)),
          tables.rows(LABELS.formatted(Tables.files(full, "predictions"), files)));
    }
  }
}
