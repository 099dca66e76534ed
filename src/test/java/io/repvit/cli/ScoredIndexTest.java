package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.repvit.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The index of scored images, when it is damaged, and when runs, models or options change. */
@Tag("slow")
class ScoredIndexTest extends NightlyRuns {
  /** After each damage one image is new, and only that image is scored. */
  @Test
  void theIndexIsDerivedFromTheRunsHoweverItIsDamaged() throws Exception {
    Path input = folder.resolve("images");
    Samples.garments(input, 1);
    night(input).done();
    int added = 0;
    for (Damage damage :
        List.<Damage>of(
            index -> {},
            NightlyRuns::delete,
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
  void objectsOfADeletedRunAreNewAgain() throws Exception {
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
    // The limits under which the README failed are not known.
    night(input).done();
    assertEquals(List.of("README"), rows());
    assertEquals(10, manifest().get("skipped").asInt());
    assertEquals(ExitCode.NOTHING_NEW, night(input).exit());
  }

  @Test
  void anotherModelOrTreatmentScoresAllAgain() throws Exception {
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

  /** Damages an index. */
  private interface Damage {
    void on(Path index) throws IOException;
  }
}
