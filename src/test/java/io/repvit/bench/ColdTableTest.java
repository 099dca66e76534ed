package io.repvit.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.bench.ColdRun.Part;
import io.repvit.cli.Cli;
import io.repvit.testing.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("slow")
class ColdTableTest {
  private static final long SECOND = 1_000_000_000L;

  private static final String MANIFEST =
      """
      {"started_at": "1970-01-01T00:00:03Z", "predicted": 3,
       "phases": {"start": 3.0, "listing": 1.0, "classifying": 4.0, "merging": 0.5, "publishing": 0.25},
       "stages": {"decode": {"count": 3, "seconds": 1.5}}}
      """;

  @TempDir private Path folder;

  @Test
  void startUpIsWhatTheFewestImagesTakeInTheSameRound() {
    var table = new ColdTable();
    table.add(run("job", 1, 20, 10, 20));
    table.add(run("job", 1, 1020, 20, 30));
    table.add(run("job", 2, 20, 12, 21));
    table.add(run("job", 2, 1020, 17, 29));
    table.add(run("script", 1, 20, 1, 2));
    List<String> lines = table.programs().lines().toList();
    assertEquals(2 + 3, lines.size(), table.programs());
    assertEquals(
        "| job | 20 | 11.0 (10.0 to 12.0) | 20.5 (20.0 to 21.0) | 1.8 (1.7 to 2.0) |  |"
            + " 1025.00 (1000.00 to 1050.00) |  | 100 (100 to 100) |",
        lines.get(2));
    assertTrue(lines.get(3).startsWith("| script | 20 | 1.0 (1.0 to 1.0) |"), lines.get(3));
    assertEquals(
        "| job | 1020 | 18.5 (17.0 to 20.0) | 29.5 (29.0 to 30.0) | 55.5 (51.0 to 60.0) |"
            + " 150.0 (100.0 to 200.0) | 28.92 (28.43 to 29.41) | 9.00 (8.00 to 10.00) |"
            + " 100 (100 to 100) |",
        lines.get(4));
  }

  @Test
  void partsOfTheJobAreMediansByNumberOfImages() {
    var table = new ColdTable();
    table.add(run("script", 1, 20, 1, 2));
    for (double seconds : new double[] {1, 5, 2}) {
      table.add(
          new ColdRun(
              "job",
              1,
              20,
              20,
              9,
              9,
              1,
              Map.of("t", List.of(new Part("JVM", List.of(seconds, 4.0))))));
    }
    assertEquals("| job: t | 20 images |\n|---|---|\n| JVM | 2.00 / 4.00 |\n\n", table.parts());
  }

  @Test
  void aProcessIsDividedByItsManifestAndItsMessages() throws Exception {
    var seconds = new TreeMap<Long, Double>();
    for (int s = 0; s <= 14; s++) {
      seconds.put(5 * SECOND + s * SECOND, 2.0 * s);
    }
    var process =
        new ColdProcess(
            5 * SECOND,
            1000,
            20 * SECOND,
            30,
            seconds,
            Map.of(),
            0,
            List.of(),
            List.of(
                new ColdProcess.Message(12 * SECOND, "classify: classifying 0 of 3 images, 0 %"),
                new ColdProcess.Message(13 * SECOND, "INFO images are decoded by OpenCV")));
    List<ColdPhase> phases = ColdPhase.of(process, new ObjectMapper().readTree(MANIFEST));
    assertEquals(
        List.of(
            new ColdPhase("JVM", 2, 4),
            new ColdPhase("Spark and model", 3, 6),
            new ColdPhase("planning", 1, 2),
            new ColdPhase("first image", 2, 4),
            new ColdPhase("images", 2, 4),
            new ColdPhase("merging", 0.5, 1),
            new ColdPhase("publishing", 0.25, 0.5),
            new ColdPhase("shutdown", 4.25, 8.5)),
        phases);
  }

  /** With a launcher that only prints a manifest; ONNX Runtime alone is a real process. */
  @Test
  void everyProgramIsStartedInEveryRoundAndItsImagesAreCounted() throws Exception {
    Path tiny = Files.write(folder.resolve("tiny.onnx"), TinyModels.repVit().bytes());
    Path launcher = folder.resolve("launcher");
    Files.writeString(launcher, "#!/bin/sh\ncat <<'END'\n" + MANIFEST + "END\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    String work = folder.resolve("work").toString();
    String[] args = {
      "cold",
      "--work",
      work,
      "--images",
      "2,3",
      "--rounds",
      "1",
      "--batch",
      "1",
      "--model",
      tiny.toString(),
      "--launcher",
      launcher.toString()
    };
    String out = Cli.bench(args).done().out();
    assertEquals(2, out.lines().filter(l -> l.startsWith("round 1  ONNX Runtime alone")).count());
    assertEquals(2, out.lines().filter(l -> l.startsWith("round 1  repvit classify")).count());
    assertTrue(out.contains("| decode | 1.50 | 1.50 |"), out);

    args[4] = "4";
    Cli.Ended ended = Cli.bench(args);
    assertTrue(
        ended.err().contains("repvit classify classified 3 images, expected 4"), ended.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--model", "--launcher", "--python"})
  void aFileThatIsNotThereIsRefusedByItsOption(String option) {
    String file = folder.resolve("none").toString();
    String line = Cli.bench("cold", "--work", file, option, file).refusal();
    assertTrue(line.contains(option + ": file " + file + " does not exist"), line);
  }

  private static ColdRun run(String program, int round, int images, double wall, double used) {
    return new ColdRun(program, round, images, images, wall, used, 100, Map.of());
  }
}
