package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run says of itself on standard error; how long the rest takes is in FaultsTest. */
class ProgressTest {
  @TempDir private Path folder;

  @Test
  void aRunNamesItsPhasesInLines() throws Exception {
    Samples.garments(folder.resolve("input"), 1);
    String err = classify(Map.of());
    assertTrue(err.contains("classify: classifying 0 of 10 images, 0 %\n"), err);
    // Listing is named only where it takes long.
    assertEquals(
        List.of("classifying", "merging", "publishing"),
        phases(err.lines()).stream().filter(phase -> !phase.equals("listing")).toList());
  }

  @Test
  void onATerminalOneLineIsRewritten() throws Exception {
    Samples.garments(folder.resolve("input"), 1);
    String err = classify(Map.of(Progress.TERMINAL, "true"));
    assertEquals(1, err.chars().filter(c -> c == '\n').count(), err);
    assertTrue(err.endsWith("\r" + System.lineSeparator()), err);
    assertEquals(
        List.of("listing", "classifying", "merging", "publishing"),
        phases(Arrays.stream(err.strip().split("\r"))));
  }

  @Test
  void theRestIsEstimatedFromTheLastMinute() {
    var pace = new Pace(0);
    assertEquals("", pace.left(100));
    pace.observe(seconds(10), 1000);
    assertEquals(100, pace.perSecond(), 1e-9);
    assertEquals("", pace.left(0));
    assertEquals("30 s", pace.left(3000));
    assertEquals("5 min", pace.left(30_000));
    assertEquals("2 h 30 min", pace.left(900_000));
    pace.observe(seconds(20), 1000);
    assertTrue(
        pace.perSecond() > 40 && pace.perSecond() < 60, "a pause counts " + pace.perSecond());
    pace.observe(seconds(620), 7000);
    assertEquals(10, pace.perSecond(), 0.1, "what is long ago does not");
  }

  private static long seconds(long seconds) {
    return TimeUnit.SECONDS.toNanos(seconds);
  }

  private String classify(Map<String, String> spark) {
    String input = folder.resolve("input").toString();
    return Cli.classify(spark, input, folder.resolve("output").toString()).done().err();
  }

  /** Without repetitions. */
  private static List<String> phases(Stream<String> lines) {
    return lines
        .filter(line -> line.startsWith("classify: "))
        .map(line -> line.split(" ")[1].strip())
        .distinct()
        .toList();
  }
}
