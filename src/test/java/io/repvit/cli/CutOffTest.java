package io.repvit.cli;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.cli.BreakableFileSystem.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Drivers that die at one exact point, and the attempts after them. A driver is cut off from the
 * store at that point, which has the same effect as a SIGKILL; {@link RunsTest} kills drivers.
 */
@Tag("slow")
class CutOffTest {
  private static final String STAGED = "_staging/" + Tables.DATE + "-" + Tables.RUN;

  private static final String[] SETTINGS = {"--wave-images", "6", "--max-quarantine-rate", "0.5"};
  private static final int PADDING_BYTES = 200_000;

  @TempDir static Path folder;
  private static Path input;
  private static Path undisturbed;

  private Path output = Path.of("");

  @BeforeAll
  static void runUndisturbed() throws Exception {
    input = folder.resolve("input");
    undisturbed = folder.resolve("undisturbed");
    Samples.garments(input, 1);
    Samples.broken(input.resolve("broken"));
    Cli.classify(input, undisturbed, SETTINGS).done();
    assertEquals(3, Tables.manifest(undisturbed).get("waves").asInt());
  }

  @BeforeEach
  void chooseOutput(@TempDir Path temporary) {
    output = temporary.resolve("tables");
  }

  @Test
  void aRunThatDiesBetweenWavesAndAfterItsManifestLosesNothing() throws Exception {
    // An attempt that died while it dropped its waves leaves a record without a plan.
    Path old = Files.createDirectories(Tables.staging(output)).resolve("wave-2.json");
    Files.writeString(old, "{}");
    cutOff(Operation.MKDIRS, STAGED + "/wave-1-.*", input, SETTINGS);
    assertEquals(List.of("wave-0.json"), records());
    assertEquals(List.of(), published());

    Cli.Ended second = cutOffFrom(Operation.DELETE, STAGED, () -> classify(input, SETTINGS)).done();
    assertTrue(second.err().contains(": 1 of 3 waves with "), second.err());
    assertTrue(Files.exists(Tables.staging(output)));

    String line = classify(input, SETTINGS).refusal();
    assertTrue(line.contains("is already published"), line);
    Tables.assertSameRun(undisturbed, output, input);
    assertEquals(2, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void aRunThatDiesTwiceWhilePublishingComputesNothingAgain() throws Exception {
    String run = "run_date=[^/]*/run_id=[^/]*";
    cutOff(Operation.RENAME, "quarantine/" + run, input, SETTINGS);
    assertFalse(Files.exists(Tables.manifestFile(output)));
    assertEquals(1, published().size(), "predictions in one piece: " + published());

    cutOff(Operation.RENAME, "runs/" + run + "/manifest.json", input, SETTINGS);
    assertFalse(Files.exists(Tables.manifestFile(output)));
    assertEquals(Tables.answers(undisturbed, input), Tables.answers(output, input));

    Cli.Ended third = classify(input, SETTINGS).done();
    assertTrue(third.err().contains(": 3 of 3 waves with 16 images are done"), third.err());
    Tables.assertSameRun(undisturbed, output, input);
    assertEquals(1, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void aRunThatFailsWhilePublishingShowsAndRecomputesNothing() throws Exception {
    BreakableFileSystem.Rule oneTableFails =
        (operation, path) -> {
          if (operation == Operation.RENAME && path.toString().contains("/quarantine/run_date=")) {
            throw new IOException("no room for another table");
          }
        };
    Cli.Ended failed = BreakableFileSystem.with(oneTableFails, () -> classify(input, SETTINGS));
    assertEquals(ExitCode.FAILED, failed.exit(), failed.err());
    assertTrue(failed.err().contains("no room for another table"), failed.err());
    assertEquals(List.of(), published());

    Cli.Ended second = classify(input, SETTINGS).done();
    assertTrue(second.err().contains(": 3 of 3 waves with 16 images are done"), second.err());
    Tables.assertSameRun(undisturbed, output, input);
  }

  /** An attempt was taken for dead while it planned, and wrote its plan nevertheless. */
  @Test
  void aWaveOfAnotherPlanIsComputedAgain() throws Exception {
    cutOff(Operation.MKDIRS, STAGED + "/wave-1-.*", input, SETTINGS);
    Path record = Tables.staging(output).resolve("wave-0.json");
    String stands = Files.readString(record);
    String other = stands.replaceFirst("\"plan\":\"[0-9a-f]{8}", "\"plan\":\"00000000");
    assertNotEquals(stands, other);
    Files.writeString(record, other);
    Files.delete(record.resolveSibling(".wave-0.json.crc"));
    Tables.age(Tables.staging(output));
    Cli.Ended second = classify(input, SETTINGS).done();
    assertFalse(second.err().contains("waves with"), second.err());
    Tables.assertSameRun(undisturbed, output, input);
    assertEquals(1, Tables.manifest(output).get("attempts").asInt());
  }

  @Test
  void aPlanThatCannotBeReadIsRefusedUnlessItIsDiscarded() throws Exception {
    Path plan = Files.createDirectories(Tables.staging(output)).resolve("plan.json");
    Files.writeString(plan, "{\"of\": \"another version\"}");
    String line = classify(input, SETTINGS).refusal();
    assertTrue(line.contains("--unfinished discard"), line);
    var more = new ArrayList<>(List.of(SETTINGS));
    more.addAll(List.of("--unfinished", "discard"));
    classify(input, more.toArray(String[]::new)).done();
    Tables.assertSameRun(undisturbed, output, input);
  }

  @ParameterizedTest
  @CsvSource({"webdataset, tar, 1", "zip, zip, 1", "table, parquet, 6"})
  void aRunOfPackedImagesGoesOnFromItsFirstWave(String format, String suffix, String waveImages)
      throws Exception {
    Path packed = Files.createDirectory(output.resolveSibling("packed"));
    List<String> images =
        Tables.filesBelow(input).stream().filter(f -> !f.startsWith("broken")).sorted().toList();
    pack(images.subList(0, 5), packed.resolve("0." + suffix));
    pack(images.subList(5, 10), packed.resolve("1." + suffix));
    String[] settings = {"--input-format", format, "--wave-images", waveImages};
    cutOff(Operation.MKDIRS, STAGED + "/wave-1-.*", packed, settings);
    assertEquals(List.of("wave-0.json"), records());

    Cli.Ended second = classify(packed, settings).done();
    assertTrue(second.err().contains(": 1 of 2 waves with 5 images are done"), second.err());
    String rows =
        "select content_sha256, label, score, hash(top_k), hash(embedding) from predictions"
            + " where path not like '%/broken/%' order by content_sha256";
    try (Tables expected = Tables.open(undisturbed);
        Tables found = Tables.open(output)) {
      assertEquals(expected.rows(rows), found.rows(rows));
      assertEquals(0, found.count("quarantine", "true"));
    }
    assertEquals(2, Tables.manifest(output).get("attempts").asInt());
  }

  /** Otherwise each nightly run would be refused until someone intervenes. */
  @Test
  void anUnnamedRunDoesNotResumeARunOfAChangedTable() throws Exception {
    Path table = Files.createDirectory(output.resolveSibling("table"));
    List<String> images =
        Tables.filesBelow(input).stream().filter(f -> !f.startsWith("broken")).sorted().toList();
    pack(images.subList(0, 5), table.resolve("0.parquet"));
    pack(images.subList(5, 9), table.resolve("1.parquet"));
    String[] settings = {"--input-format", "table", "--wave-images", "6"};
    cutOff(Operation.MKDIRS, STAGED + "/wave-1-.*", table, settings);

    pack(images.subList(9, 10), table.resolve("2.parquet"));
    var args = new ArrayList<>(List.of("classify", "--model", Cli.MODEL + "", "--run-id", "auto"));
    args.addAll(List.of("--input", table + "", "--output", output + ""));
    args.addAll(List.of(settings));
    Cli.Ended next = Cli.run(args.toArray(String[]::new)).done();
    assertFalse(next.err().contains("going on"), next.err());
    try (Tables tables = Tables.open(output)) {
      assertEquals(10, tables.count("predictions", "true"));
    }
    assertEquals(List.of("wave-0.json"), records(), "somebody may still want it");
  }

  @Test
  void theNextRunDeletesTheFilesOfALongDeadOneWithoutAPlan() throws Exception {
    String[] other = {"--run-id", "other", "--max-quarantine-rate", "0.5"};
    cutOffFrom(Operation.RENAME, "_staging/[^/]*/plan.json", () -> classify(input, other));
    Path dead = Samples.children(output.resolve("_staging")).get(0);
    classify(input, SETTINGS).done();
    assertEquals(List.of(dead), Samples.children(output.resolve("_staging")), "it might live");
    Tables.age(dead);
    assertEquals(
        ExitCode.NOTHING_NEW,
        classify(input, "--run-id", "third", "--max-quarantine-rate", "0.5").exit());
    assertFalse(Files.exists(output.resolve("_staging")));
  }

  /** Shards with padding, because waves of shards are cut by bytes. */
  private static void pack(List<String> images, Path pack) throws Exception {
    switch (pack.toString().replaceFirst(".*\\.", "")) {
      case "tar" -> {
        try (var tar = new TarArchiveOutputStream(Files.newOutputStream(pack))) {
          for (String image : images) {
            tar.putArchiveEntry(new TarArchiveEntry(input.resolve(image), image));
            Files.copy(input.resolve(image), tar);
            tar.closeArchiveEntry();
          }
        }
        Files.write(pack, new byte[PADDING_BYTES], StandardOpenOption.APPEND);
      }
      case "zip" -> {
        try (var zip = new ZipOutputStream(Files.newOutputStream(pack))) {
          zip.setLevel(Deflater.NO_COMPRESSION);
          for (String image : images) {
            zip.putNextEntry(new ZipEntry(image));
            Files.copy(input.resolve(image), zip);
          }
          zip.putNextEntry(new ZipEntry("_padding"));
          zip.write(new byte[PADDING_BYTES]);
        }
      }
      default -> {
        try (Tables duckdb = Tables.over(Map.of())) {
          String files =
              images.stream().map(f -> "'" + input.resolve(f) + "'").collect(joining(", "));
          duckdb.execute(
              "copy (select content as image from read_blob([%s])) to '%s'".formatted(files, pack));
        }
      }
    }
  }

  /** An attempt dies, and its lease becomes stale. */
  private void cutOff(Operation operation, String path, Path from, String... settings)
      throws Exception {
    Cli.Ended dead = cutOffFrom(operation, path, () -> classify(from, settings));
    assertEquals(ExitCode.FAILED, dead.exit(), dead.err());
    assertTrue(dead.err().contains("cut off: " + operation), dead.err());
    Tables.age(Tables.staging(output));
  }

  private static Cli.Ended cutOffFrom(
      Operation operation, String path, Cli.Action<Cli.Ended, RuntimeException> attempt) {
    return BreakableFileSystem.with(BreakableFileSystem.cutOffBefore(operation, path), attempt);
  }

  private Cli.Ended classify(Path from, String... settings) {
    return Cli.classify(
        BreakableFileSystem.PROPERTIES, from.toString(), output.toString(), settings);
  }

  /** The commit records of waves. */
  private List<String> records() throws Exception {
    return Samples.children(Tables.staging(output)).stream()
        .map(f -> f.getFileName().toString())
        .filter(name -> name.matches("wave-\\d+\\.json"))
        .toList();
  }

  /** The files that readers of the tables see. */
  private List<String> published() throws Exception {
    return Tables.filesBelow(output).stream()
        .filter(f -> f.matches("(predictions|quarantine)/.*/part-[^/]*"))
        .sorted()
        .toList();
  }
}
