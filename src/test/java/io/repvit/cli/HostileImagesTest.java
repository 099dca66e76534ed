package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.image.ImageException;
import io.repvit.testing.Await;
import io.repvit.testing.hostile.HostileImages;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command classifies thousands of broken and odd files in a JVM of its own. */
@Tag("slow")
class HostileImagesTest {
  private static final int FILES = 3200;
  private static final Duration HANG_GUARD = Duration.ofSeconds(400);
  private static final long MAX_PIXELS = 4_000_000;

  /** The heap's limit and as much again: the JVM's own, two models, two images and Spark. */
  private static final int HEAP_MIB = 512;

  private static final int MOST_RESIDENT_MIB = 2 * HEAP_MIB;

  @TempDir Path folder;

  @Test
  void eachOf3000HostileFilesIsARowWithinBoundedMemory() throws Exception {
    Path input = folder.resolve("input");
    Path output = folder.resolve("output");
    new HostileImages(
            List.of(
                Samples.PHOTOGRAPHS,
                Samples.FASHION,
                Path.of("src/test/resources/image/decode"),
                Path.of("src/test/resources/image/formats")),
            Path.of("src/test/resources/image/reject"))
        .write(input, FILES);
    long peak = classify(input, output);
    assertTrue(peak > 0 && peak <= MOST_RESIDENT_MIB, "resident, peak: %d MiB".formatted(peak));

    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of((long) FILES, (long) FILES)),
          tables.rows(
              "select count(*), count(distinct path) from (select path from predictions union all"
                  + " select path from quarantine)"));
      long decoded = tables.count("predictions", "true");
      assertTrue(decoded > FILES / 10 && decoded < FILES / 2, decoded + " decoded");
      Set<String> known =
          Arrays.stream(ImageException.Code.values())
              .map(code -> "decode/" + code)
              .collect(Collectors.toCollection(HashSet::new));
      known.add("list/EMPTY");
      Set<String> found =
          tables.rows("select distinct stage || '/' || code from quarantine").stream()
              .map(row -> row.get(0).toString())
              .collect(Collectors.toSet());
      assertTrue(known.containsAll(found), "unknown among " + found);
      assertTrue(found.size() >= 10, "kinds of defects: " + found);
    }
  }

  /**
   * Runs the job to its end.
   *
   * @return the process's largest resident set, MiB
   */
  private long classify(Path input, Path output) throws Exception {
    List<String> command =
        Cli.classifyArgs(
            input.toString(),
            output.toString(),
            "--max-quarantine-rate",
            "1",
            "--max-image-pixels",
            Long.toString(MAX_PIXELS));
    var peak = new AtomicLong();
    try (var spark =
        ChildSpark.local(folder, HEAP_MIB + "m", ChildSpark.classPath(jar -> true), command)) {
      boolean ended =
          Await.within(
              HANG_GUARD,
              () -> {
                peak.accumulateAndGet(spark.peakResidentMiB(), Math::max);
                return !spark.isAlive();
              });
      assertTrue(ended, () -> "it hangs after " + HANG_GUARD);
      assertEquals(ExitCode.DONE, spark.await(1), spark.err());
    }
    return peak.get();
  }
}
