package io.repvit.job;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights over one data set that grows. */
class ClassifyIncrementalTest {
  private static final Path PACKED = Path.of("src/test/resources/input").toAbsolutePath();

  @TempDir private Path folder;
  private int nights;

  @Test
  void aNightScoresWhatIsNewOrReplacedAndTriesAgainWhatWentToQuarantine() throws Exception {
    Path input = folder.resolve("images");
    Path bag = folder.resolve("images/bag");
    Samples.garments(input, 2);
    Files.writeString(bag.resolve("no.png"), "no image");
    Files.writeString(bag.resolve("later.png"), "not yet");
    night(input).done();
    assertEquals(0, manifest().get("skipped").asInt());
    night(input, "--max-quarantine-rate", "0").done(); // what fails again does not count again
    assertEquals(List.of("later.png", "no.png"), rows());

    List<Path> bags = Samples.children(bag);
    Files.copy(Samples.PHOTOGRAPHS.resolve("coffee.jpg"), bag.resolve("new.jpg"));
    Files.copy(
        Samples.FASHION.resolve("bag/00018.png"), bag.resolve("later.png"), REPLACE_EXISTING);
    Files.setLastModifiedTime(bags.get(0), FileTime.fromMillis(1_700_000_000_000L));
    Files.delete(bags.get(1));
    String dry = night(input, "--dry-run").done().out();
    assertTrue(dry.startsWith("4 objects ") && dry.contains("; 18 skipped"), dry);
    Cli.Ended second = night(input).done();
    assertTrue(second.out().contains("18 were scored before and skipped"), second.out());
    assertEquals(18, manifest().get("skipped").asInt());
    assertEquals(4, manifest().get("listed").asInt());
    assertEquals(
        List.of(bags.get(0).getFileName().toString(), "later.png", "new.jpg", "no.png"), rows());
  }

  @Test
  void whenNothingIsNewNothingIsWrittenAndTheCodeIs3() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    List<String> before = Tables.filesBelow(output());
    Cli.Ended ended = night(input);
    assertEquals(ExitCode.NOTHING_NEW, ended.exit(), ended.err());
    assertTrue(ended.err().contains("all 10 in [" + input + "] were scored before"), ended.err());
    assertEquals("", ended.out());
    assertEquals(before, Tables.filesBelow(output()));
    String dry = night(input, "--dry-run").done().out();
    assertTrue(dry.startsWith("0 objects ") && dry.contains("; 10 skipped"), dry);
    night(input, "--rescore").done();
    assertEquals(10, rows().size());
  }

  @Test
  void anotherModelOrTreatmentScoresAllAgainAndEachKnowsItsOwn() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    Path other = Files.write(folder.resolve("other.onnx"), TinyModels.repVit().bytes());
    for (String[] more :
        List.of(
            new String[] {},
            new String[] {"--orientation", "ignore"},
            new String[] {"--model", other.toString()})) {
      night(input, more).done();
      assertEquals(10, rows().size());
      assertEquals(ExitCode.NOTHING_NEW, night(input, more).exit());
    }
  }

  @Test
  void tablesWithoutAManifestTellNothing() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    Files.delete(manifestFile());
    night(input).done();
    assertEquals(10, rows().size());
  }

  @Test
  void tablesThatCannotBeReadAreSaidInOneLine() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    for (Path file : Samples.children(table())) {
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      Files.writeString(file, "no Parquet");
    }
    String line = night(input).refusal();
    assertTrue(line.contains("scored before") && line.contains("--rescore"), line);
    night(input, "--rescore").done();
  }

  @Test
  void aShardIsReadAgainUntilItWasReadToItsEnd() throws Exception {
    Path shards = Files.createDirectories(folder.resolve("shards"));
    byte[] shard = Files.readAllBytes(PACKED.resolve("webdataset/0000.tar"));
    Files.write(shards.resolve("0000.tar"), Arrays.copyOf(shard, shard.length / 2));
    Files.copy(PACKED.resolve("webdataset/0001.tar"), shards.resolve("0001.tar"));
    String[] more = {"--input-format", "webdataset", "--max-quarantine-rate", "1"};
    night(shards, more).done();
    night(shards, more).done();
    assertEquals(1, manifest().get("skipped").asInt());
    assertTrue(rows().contains("0000.tar"), () -> rows().toString());
    Files.write(shards.resolve("0000.tar"), shard);
    night(shards, more).done();
    assertEquals(5, rows().size());
    assertEquals(ExitCode.NOTHING_NEW, night(shards, more).exit());
  }

  @Test
  void ofATableTheFilesThatWereAddedAreRead() throws Exception {
    Path table = Files.createDirectories(folder.resolve("table"));
    Files.copy(PACKED.resolve("huggingface.parquet"), table.resolve("a b.parquet"));
    night(table, "--input-format", "table").done();
    assertEquals(ExitCode.NOTHING_NEW, night(table, "--input-format", "table").exit());
    Files.copy(PACKED.resolve("huggingface.parquet"), table.resolve("c.parquet"));
    night(table, "--input-format", "table", "--partitions", "3").done();
    assertEquals(10, manifest().get("skipped").asInt());
    assertEquals(10, rows().size());
    assertTrue(rows().get(0).startsWith("c.parquet#"), () -> rows().toString());
    assertEquals(ExitCode.NOTHING_NEW, night(table, "--input-format", "table").exit());
  }

  /** A run under a name of its own. */
  private Cli.Ended night(Path input, String... more) {
    nights++;
    var args =
        new ArrayList<>(
            List.of("classify", "--input", input.toString(), "--output", output().toString()));
    args.addAll(List.of("--date", Tables.DATE, "--run-id", name()));
    args.addAll(List.of(more));
    if (!args.contains("--model")) {
      args.addAll(List.of("--model", Cli.MODEL.toString()));
    }
    return Cli.run(args.toArray(String[]::new));
  }

  private Path output() {
    return folder.resolve("output");
  }

  private String name() {
    return "%02d".formatted(nights);
  }

  private Path table() {
    return output().resolve("predictions/run_date=" + Tables.DATE + "/run_id=" + name());
  }

  /** Of the last night. */
  private JsonNode manifest() throws Exception {
    return new ObjectMapper().readTree(manifestFile().toFile());
  }

  private Path manifestFile() {
    return output()
        .resolve("runs/run_date=%s/run_id=%s/manifest.json".formatted(Tables.DATE, name()));
  }

  /** Names in both tables of the last night, sorted. */
  private List<String> rows() {
    try (Tables tables = Tables.open(output())) {
      return tables
          .rows(
              """
              select split_part(path, '/', -1) from
                  (select path, run_id from predictions union all
                   select path, run_id from quarantine)
              where run_id::varchar = '%s' order by 1"""
                  .formatted(name()))
          .stream()
          .map(row -> (String) row.get(0))
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
