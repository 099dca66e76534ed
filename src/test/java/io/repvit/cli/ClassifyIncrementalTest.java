package io.repvit.cli;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nightly runs over one data set that grows. */
@Tag("slow")
class ClassifyIncrementalTest extends NightlyRuns {
  private static final Path PACKED = Path.of("src/test/resources/input").toAbsolutePath();

  @Test
  void aNightScoresNewAndReplacedImages() throws Exception {
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
  void nothingNewIsCode3AndWritesNoRun() throws Exception {
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
  void aBrokenImageIsTriedAgainWhenSomethingChanged() throws Exception {
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
  void aFileThatIsNoImageByNameAndContentClosesNoGate() throws Exception {
    Path input = Files.createDirectories(folder.resolve("images"));
    Files.writeString(input.resolve("README"), "no image");
    Files.writeString(input.resolve("notes.txt"), "no image");
    night(input).done();
    assertEquals("{\"decode/NOT_AN_IMAGE\":2}", manifest().get("quarantine_reasons").toString());
    Cli.Ended quiet = night(input);
    assertEquals(ExitCode.NOTHING_NEW, quiet.exit(), quiet.err());
    assertTrue(quiet.err().contains("2 of them"), quiet.err());
    // A file that may be an image by its name counts, however many are none. All are tried again,
    // because the limits changed.
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
  void anObjectThatTheStoreRefusesIsTriedEveryNight() throws Exception {
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
  void onlyNewFilesOfATableAreRead() throws Exception {
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
}
