package io.repvit.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights over one data set that grows. */
@Tag("slow")
class ClassifyIncrementalTest {
  private static final Path PACKED = Path.of("src/test/resources/input").toAbsolutePath();

  @TempDir private Path folder;
  private int nights;

  @Test
  void aNightScoresWhatIsNewOrReplaced() throws Exception {
    Path input = folder.resolve("images");
    Path bag = folder.resolve("images/bag");
    Samples.garments(input, 2);
    Files.writeString(bag.resolve("no.png"), "no image");
    Files.writeString(bag.resolve("later.png"), "not yet");
    night(input).done();
    assertEquals(0, manifest().get("skipped").asInt());
    assertEquals(List.of("later.png", "no.png"), quarantined());

    List<Path> bags = Samples.children(bag);
    Files.copy(Samples.PHOTOGRAPHS.resolve("coffee.jpg"), bag.resolve("new.jpg"));
    Files.copy(
        Samples.FASHION.resolve("bag/00018.png"), bag.resolve("later.png"), REPLACE_EXISTING);
    Files.setLastModifiedTime(bags.get(0), FileTime.fromMillis(1_700_000_000_000L));
    Files.delete(bags.get(1));
    String dry = night(input, "--dry-run").done().out();
    assertTrue(
        dry.startsWith("3 objects ")
            && dry.contains("; 18 skipped, scored before; 1 skipped, failed before;"),
        dry);
    Cli.Ended second = night(input).done();
    assertTrue(second.out().contains("18 were scored before and skipped"), second.out());
    assertTrue(second.out().contains("1 failed before, would fail again"), second.out());
    assertEquals(18, manifest().get("skipped").asInt());
    assertEquals(1, manifest().get("skipped_failed").asInt());
    assertEquals(3, manifest().get("listed").asInt());
    assertEquals(List.of(bags.get(0).getFileName().toString(), "later.png", "new.jpg"), rows());
  }

  @Test
  void whenNothingIsNewNoRunIsWrittenAndTheCodeIs3() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    List<String> before = files();
    Cli.Ended ended = night(input);
    assertEquals(ExitCode.NOTHING_NEW, ended.exit(), ended.err());
    assertTrue(ended.err().contains("all 10 in [" + input + "] were scored before"), ended.err());
    assertEquals("", ended.out());
    assertEquals(before, files());
    String dry = night(input, "--dry-run").done().out();
    assertTrue(dry.startsWith("0 objects ") && dry.contains("; 10 skipped"), dry);
    night(input, "--rescore").done();
    assertEquals(10, rows().size());
  }

  @Test
  void whatFailsForItsOwnSakeIsTriedWhenSomethingChanged() throws Exception {
    Path input = Files.createDirectories(folder.resolve("images"));
    Path readme = Files.writeString(input.resolve("README"), "no image");
    Files.copy(Samples.PHOTOGRAPHS.resolve("coffee.jpg"), input.resolve("large.jpg"));
    String[] all = {"--max-quarantine-rate", "1"};
    String[] small = {"--max-quarantine-rate", "1", "--max-image-pixels", "1000"};
    night(input, small).done();
    assertEquals(List.of("README", "large.jpg"), quarantined());
    List<String> before = files();
    for (int quiet = 0; quiet < 2; quiet++) {
      Cli.Ended ended = night(input, small);
      assertEquals(ExitCode.NOTHING_NEW, ended.exit(), ended.err());
      assertTrue(
          ended.err().contains("all 2 in ") && ended.err().contains("2 of them"), ended.err());
    }
    assertEquals(before, files());
    night(input, all).done();
    assertEquals(List.of("README", "large.jpg"), rows());
    assertEquals(List.of("README"), quarantined());
    assertEquals(ExitCode.NOTHING_NEW, night(input, all).exit());
    Files.setLastModifiedTime(readme, FileTime.fromMillis(1_700_000_000_000L));
    night(input, all).done();
    assertEquals(List.of("README"), quarantined());
    night(input, "--max-quarantine-rate", "1", "--rescore").done();
    assertEquals(List.of("README", "large.jpg"), rows());
  }

  @Test
  void whatIsNoImageByNameAndContentClosesNoGate() throws Exception {
    Path input = Files.createDirectories(folder.resolve("images"));
    Files.writeString(input.resolve("README"), "no image");
    Files.writeString(input.resolve("notes.txt"), "no image");
    night(input).done();
    assertEquals("{\"decode/NOT_AN_IMAGE\":2}", manifest().get("quarantine_reasons").toString());
    Cli.Ended quiet = night(input);
    assertEquals(ExitCode.NOTHING_NEW, quiet.exit(), quiet.err());
    assertTrue(quiet.err().contains("2 of them"), quiet.err());
    // Names that may be those of images count, and what is no image excuses none of them: here it
    // is
    // tried again too.
    for (String image : List.of("page.jpg", "5f3a9c")) {
      Path damaged = Files.writeString(input.resolve(image), "<html>404 Not Found</html>");
      Cli.Ended refused = night(input, "--max-image-seconds", "29", "--max-quarantine-rate", "0.6");
      assertEquals(ExitCode.LIMIT_EXCEEDED, refused.exit(), refused.err());
      assertTrue(
          refused.err().contains("3 of 3 images")
              && refused.err().contains("decode/UNRECOGNISED=1"),
          refused.err());
      Files.delete(damaged);
    }
  }

  @Test
  void aLinkThatLeadsNowhereIsTriedWhenItChanged() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 2);
    Path link = Files.createSymbolicLink(input.resolve("link.png"), Path.of("nowhere.png"));
    night(input).done();
    assertEquals(List.of("link.png"), quarantined());
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("elsewhere.png"));
    night(input, "--max-quarantine-rate", "1").done();
    assertEquals(List.of("link.png"), quarantined());
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
    Files.copy(garment(), folder.resolve("images/elsewhere.png"));
    night(input).done();
    assertEquals(List.of("elsewhere.png", "link.png"), rows());
    assertEquals(List.of(), quarantined());
  }

  @Test
  void whatTheStoreRefusedIsTriedEveryNight() throws Exception {
    Path input = Files.createDirectories(folder.resolve("images"));
    Path list = folder.resolve("list.csv");
    Files.writeString(
        list, "path,length,etag\n%s/a.png,%d,1\n".formatted(input, Files.size(garment())));
    String[] more = {"--input-format", "paths", "--max-quarantine-rate", "1"};
    night(list, more).done();
    // What fails again does not count again.
    night(list, "--input-format", "paths", "--max-quarantine-rate", "0").done();
    assertEquals(List.of("a.png"), quarantined());
    Files.copy(garment(), input.resolve("a.png"));
    night(list, more).done();
    assertEquals(List.of("a.png"), rows());
    assertEquals(List.of(), quarantined());
    assertEquals(ExitCode.NOTHING_NEW, night(list, more).exit());
  }

  /** After each damage one image is new: it alone is scored, and what was scored before is not. */
  @Test
  void theIndexIsDerivedFromTheRunsHoweverItIsDamaged() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    int added = 0;
    for (Damage damage :
        List.<Damage>of(
            index -> {},
            ClassifyIncrementalTest::delete,
            index -> Files.delete(one(index, ".json")),
            index -> Files.writeString(one(index, ".json"), "{"),
            index -> Files.delete(one(index, ".parquet")),
            index -> Files.write(one(index, ".parquet"), new byte[] {'P'}),
            index -> {
              Path file = one(index, ".parquet");
              byte[] bytes = Files.readAllBytes(file);
              Arrays.fill(bytes, 4, bytes.length, (byte) 7);
              Files.write(file, bytes);
            })) {
      assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
      damage.on(output().resolve("_scored"));
      String name = "new-%d.png".formatted(added++);
      Files.copy(garment(), input.resolve(name));
      night(input).done();
      assertEquals(List.of(name), rows());
    }
  }

  @Test
  void whatARunHasScoredIsNewWhenTheRunIsDeleted() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    Files.copy(garment(), input.resolve("new.png"));
    night(input).done();
    Path second = manifestFile();
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
    for (String table : List.of("predictions", "quarantine", "runs")) {
      delete(output().resolve("%s/run_date=%s/run_id=01".formatted(table, Tables.DATE)));
    }
    night(input).done();
    assertEquals(10, rows().size());
    Files.delete(second);
    night(input).done();
    assertEquals(List.of("new.png"), rows());
    delete(table());
    night(input).done();
    assertEquals(List.of("new.png"), rows());
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
  }

  @Test
  void runsOfOlderVersionsCount() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    Files.writeString(input.resolve("README"), "no image");
    night(input).done();
    var manifest = (ObjectNode) manifest();
    manifest.remove("conditions");
    Files.writeString(one(output().resolve("runs"), "manifest.json"), manifest.toString());
    // Nobody knows under which limits it failed.
    night(input).done();
    assertEquals(List.of("README"), rows());
    assertEquals(10, manifest().get("skipped").asInt());
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
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

  /** Something that happens to an index. */
  private interface Damage {
    void on(Path index) throws IOException;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /**
   * The newest file of such a name, without its checksum: a damaged one stays for a day beside the
   * one that replaces it.
   */
  private static Path one(Path folder, String suffix) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Path file =
          files
              .filter(f -> f.toString().endsWith(suffix))
              .max(Comparator.comparing(f -> f.toFile().lastModified()))
              .orElseThrow();
      Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
      return file;
    }
  }

  private static Path garment() {
    return Samples.FASHION.resolve("bag/00018.png");
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

  /** Files of all runs, without the index. */
  private List<String> files() throws IOException {
    return Tables.filesBelow(output()).stream()
        .filter(file -> !file.startsWith("_scored/"))
        .toList();
  }

  /** Names in both tables of the last night, sorted. */
  private List<String> rows() {
    return rows(
        "select path, run_id from predictions union all select path, run_id from quarantine");
  }

  private List<String> quarantined() {
    return rows("select path, run_id from quarantine");
  }

  private List<String> rows(String query) {
    try (Tables tables = Tables.open(output())) {
      return tables
          .rows(
              """
              select split_part(path, '/', -1) from (%s) where run_id::varchar = '%s' order by 1"""
                  .formatted(query, name()))
          .stream()
          .map(row -> (String) row.get(0))
          .toList();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
