package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The columns of --quality and --phash against CleanVision and ImageHash (golden_quality.py). */
@Tag("slow")
class ClassifyQualityTest {
  private static final Path GOLDEN = Path.of("src/test/resources/quality");
  private static final List<String> ISSUES =
      List.of("dark", "light", "blurry", "low_information", "odd_aspect_ratio", "grayscale");

  /** Issue by issue as in the file: a score and a flag. */
  private static final String GOLDENS =
      """
      create view golden as select replace(column00, 'images.zip/', '') as name,
        column02 as phash, column03 as dhash, column04 as dark, column05 as is_dark,
        column06 as light, column07 as is_light, column08 as blurry, column09 as is_blurry,
        column10 as low_information, column11 as is_low_information,
        column12 as odd_aspect_ratio, column13 as is_odd_aspect_ratio,
        column14 as grayscale, column15 as is_grayscale
      from read_csv('%s', header = false, all_varchar = true)
      where column00 like 'images.zip/%%'"""
          .formatted(GOLDEN.resolve("golden.csv.gz"));

  @TempDir static Path folder;

  @Test
  void theColumnsAreThoseOfCleanVisionAndImageHash() throws Exception {
    Path output = folder.resolve("all");
    String archive = GOLDEN.resolve("images.zip").toString();
    Cli.classify(Path.of(archive), output, "--input-format", "zip", "--quality", "--phash").done();
    JsonNode issues = Tables.manifest(output).get("quality_issues");
    assertEquals(1050, issues.get("images").asLong());
    try (Tables tables = Tables.open(output)) {
      tables.execute(GOLDENS);
      tables.execute(
          """
          create view joined as select p.*, g.* from predictions p
          join golden g on ends_with(p.path, g.name)"""
              .replace("p.*", "p.path, p.quality, p.phash as ours, p.dhash as our_dhash"));
      assertEquals(1050, tables.count("joined", "true"), "one row per image");
      assertEquals(
          List.of(),
          tables.rows(
              """
              select path, ours, phash from joined
              where printf('%016x', ours) <> phash or printf('%016x', our_dhash) <> dhash"""));
      for (String issue : ISSUES) {
        assertEquals(
            List.of(),
            tables.rows(
                "select path, quality.%1$s, %1$s from joined where abs(quality.%1$s - %1$s::double) > 1e-6"
                    .formatted(issue)));
        assertEquals(
            issues.get("flagged").get(issue).asLong(),
            tables.count("joined", "is_" + issue + " = '1'"),
            issue);
      }
    }
    String report = Files.readString(Tables.manifestFile(output).resolveSibling("report.html"));
    assertTrue(report.contains("odd aspect ratio"), "the table of issues");
  }

  @Test
  void aRunHasTheColumnsThatItIsAskedForAndDuplicatesHaveThemToo() throws Exception {
    Path input = Files.createDirectories(folder.resolve("input"));
    for (String name : List.of("a.jpg", "copy.jpg")) {
      Files.copy(Path.of("src/demo/photographs/coffee.jpg"), input.resolve(name));
    }
    Path output = folder.resolve("some");
    Cli.classify(input, output, "--rescore", "--run-id", "none").done();
    Cli.classify(input, output, "--rescore", "--run-id", "hashes", "--phash").done();
    Cli.classify(input, output, "--rescore", "--run-id", "scores", "--quality").done();
    String files = output.resolve("predictions") + "/run_date=*/run_id=";
    try (Tables tables =
        Tables.over(
            Map.of(
                "unmeasured", files + "none/*.parquet",
                "hashed", files + "hashes/*.parquet",
                "scored", files + "scores/*.parquet"))) {
      String measures = "column_name in ('quality', 'phash', 'dhash')";
      assertEquals(0, tables.count("(describe unmeasured)", measures));
      assertEquals(2, tables.count("(describe hashed)", measures));
      assertEquals(1, tables.count("(describe scored)", measures));
      assertEquals(
          List.of(List.of(2L, 1L)),
          tables.rows("select count(*), count(distinct (phash, dhash)) from hashed"));
      assertEquals(
          List.of(List.of(2L, 1L)),
          tables.rows("select count(*), count(distinct quality) from scored"));
      assertEquals(
          List.of(List.of(6L, 2L, 2L)),
          tables.rows(
              "select count(*), count(phash), count(quality) from read_parquet('%s*/*.parquet', union_by_name = true)"
                  .formatted(files)));
    }
    Path manifest = output.resolve("runs/run_date=" + Tables.DATE + "/run_id=hashes/manifest.json");
    assertFalse(Files.readString(manifest).contains("quality_issues"));
  }
}
