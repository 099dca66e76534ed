package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders on disks with links, and with names that Hadoop does not list. */
@Tag("slow")
class OddNamesTest {
  private static final int IMAGES = 12;

  @TempDir private Path folder;
  private Path input;
  private List<Path> images;

  @BeforeEach
  void input() throws Exception {
    input = Files.createDirectories(folder.resolve("input"));
    images = Samples.children(Samples.FASHION.resolve("bag")).subList(0, IMAGES);
  }

  private Path image(int number, String... names) throws Exception {
    Path file = input;
    for (String name : names) {
      Files.createDirectories(file);
      file = file.resolve(name);
    }
    Files.createDirectories(file.getParent());
    return Files.copy(images.get(number), file);
  }

  @Test
  void everyNameIsARowOrCountedAndTheOutputIsNoInput() throws Exception {
    image(0, "a.png");
    image(1, "gl", "12:30:00.png");
    image(2, "gl", "2026-01-01T10:00", "b.png");
    image(3, ".hidden", "c.png");
    image(4, "_d.png");
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere/data"));
    Files.copy(images.get(5), elsewhere.resolve("e.png"));
    // Links to files and folders are read under their own names; those to folders above are not.
    Files.createSymbolicLink(input.resolve("linked.png"), elsewhere.resolve("e.png"));
    Files.createSymbolicLink(input.resolve("linked"), elsewhere);
    Files.createSymbolicLink(input.resolve("gl/hidden-data"), Path.of("../.hidden"));
    Files.createSymbolicLink(input.resolve("loop"), input);
    Files.createSymbolicLink(input.resolve("gl/loop"), Path.of(".."));
    Files.createSymbolicLink(elsewhere.resolve("back"), input);
    Files.createSymbolicLink(elsewhere.resolve("self"), folder.resolve("elsewhere"));
    Files.createSymbolicLink(input.resolve("dangling.png"), Path.of("nowhere"));
    Files.createSymbolicLink(input.resolve("circle.png"), Path.of("circle.png"));
    // Bytes that are not UTF-8.
    String uri = input.toUri().toString();
    Files.copy(images.get(6), Path.of(URI.create(uri + "caf%E9%20.png")));
    Path odd = Files.createDirectory(Path.of(URI.create(uri + "dir%FF")));
    Files.copy(images.get(7), odd.resolve("f.png"));
    assertEquals(0, new ProcessBuilder("mkfifo", input.resolve("pipe.png") + "").start().waitFor());

    Path output = input.resolve("out");
    classify(output, Tables.RUN).done();
    assertRows(output);
    assertEquals(
        "{\"hidden\":2,\"other_format\":0,\"duplicates\":0,\"folder_markers\":0,"
            + "\"link_loops\":4,\"output\":1,\"members\":0,\"blank_lines\":0,\"old_versions\":0}",
        manifest(output, Tables.RUN).get("left_out").toString());

    // The next night finds the tables of the first below its input, and one new image.
    image(8, "new.png");
    Cli.Ended second = classify(output, "second");
    assertTrue(second.done().out().contains("4 in the output's own folders"), second.out());
    JsonNode manifest = manifest(output, "second");
    assertEquals(6, manifest.get("skipped").asInt());
    // Also the links without a target, which have not changed.
    assertEquals(5, manifest.get("skipped_failed").asInt());
    assertEquals(1, manifest.get("listed").asInt());
    assertEquals(4, manifest.get("left_out").get("output").asInt());
  }

  @Test
  void aShardOfAnyCaseIsReadAndOtherFilesAreCountedOrRefused() throws Exception {
    Path packed = Path.of("src/test/resources/input");
    Files.copy(packed.resolve("webdataset/0000.tar"), input.resolve("UP.TAR"));
    try (var gzip = new GZIPOutputStream(Files.newOutputStream(input.resolve("Up.Tgz")))) {
      Files.copy(packed.resolve("webdataset/0001.tar"), gzip);
    }
    Files.copy(packed.resolve("images.zip"), input.resolve("UP.ZIP"));
    Path xz = Files.write(input.resolve("b.tar.xz"), new byte[1]);
    assertEquals(0, new ProcessBuilder("mkfifo", input.resolve("pipe.tar") + "").start().waitFor());
    Path output = folder.resolve("tar");
    String[] tar = {"--input-format", "webdataset"};
    classify(output, Tables.RUN, tar).done();
    JsonNode manifest = Tables.manifest(output);
    assertEquals(10, manifest.get("predicted").asInt());
    assertEquals("{\"fetch/BROKEN_SHARD\":1}", manifest.get("quarantine_reasons").toString());
    assertEquals(2, manifest.get("left_out").get("other_format").asInt());

    Cli.Ended zip =
        Cli.classify(
            input.resolve("UP.ZIP"), folder.resolve("zip"), "--input-format", "zip", "--json");
    assertTrue(zip.done().out().contains("\"predicted\" : 10,"), zip.out());

    String said = Cli.classify(xz, folder.resolve("xz"), tar).refusal();
    assertTrue(said.contains("b.tar.xz has another format"), said);
    assertTrue(said.contains(".tar, .tar.gz, .tgz"), said);
  }

  private void assertRows(Path output) throws Exception {
    try (Tables tables = Tables.open(output)) {
      String prefix = "file:" + input + "/";
      assertEquals(
          List.of(
              List.of(prefix + "a.png"),
              List.of(prefix + "gl/12:30:00.png"),
              List.of(prefix + "gl/2026-01-01T10:00/b.png"),
              List.of(prefix + "gl/hidden-data/c.png"),
              List.of(prefix + "linked.png"),
              List.of(prefix + "linked/e.png")),
          tables.rows("select path from predictions order by path"));
      assertEquals(
          List.of(
              List.of(prefix + "circle.png", "list", "BROKEN_LINK"),
              List.of(prefix + "dangling.png", "list", "BROKEN_LINK"),
              List.of(prefix + "pipe.png", "list", "EMPTY"),
              List.of("file://" + input + "/caf%E9%20.png", "list", "BAD_NAME"),
              List.of("file://" + input + "/dir%FF/f.png", "list", "BAD_NAME")),
          tables.rows(
              "select path, stage, code from quarantine"
                  + " order by replace(path, 'file://', 'file:~')"));
    }
  }

  private Cli.Ended classify(Path output, String id, String... more) {
    var args = new ArrayList<>(List.of("--run-id", id, "--max-quarantine-rate", "1"));
    args.addAll(List.of(more));
    return Cli.classify(input, output, args.toArray(String[]::new));
  }

  private static JsonNode manifest(Path output, String id) throws Exception {
    return new com.fasterxml.jackson.databind.ObjectMapper()
        .readTree(
            output
                .resolve("runs/run_date=%s/run_id=%s/manifest.json".formatted(Tables.DATE, id))
                .toFile());
  }
}
