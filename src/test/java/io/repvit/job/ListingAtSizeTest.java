package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.repvit.testing.ListingServer;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real driver with the real S3 client against a server that lists what is not there. */
class ListingAtSizeTest {
  @TempDir private Path folder;

  @Test
  void aMillionObjectsArePlannedInADriverOf512MiBByOneListPerThousandAndNothingElse()
      throws Exception {
    try (ListingServer s3 = ListingServer.start()) {
      String line = dryRun(s3, "s3a://objects-1000000/");
      assertTrue(line.startsWith("1000000 objects of 100499500000 bytes; "), line);
      assertEquals(1000, s3.lists());
      assertEquals(0, s3.others());
    }
  }

  @Test
  void severalBucketsCostNoMoreRequestsThanEachAlone() throws Exception {
    try (ListingServer s3 = ListingServer.start()) {
      String line =
          dryRun(
              s3,
              IntStream.range(0, 20)
                  .mapToObj(i -> "s3a://objects-%d/".formatted(10_000 + i))
                  .toArray(String[]::new));
      assertTrue(line.startsWith("200190 objects "), line);
      assertEquals(20 * 10 + 19, s3.lists());
      assertEquals(0, s3.others());
    }
  }

  private String dryRun(ListingServer s3, String... inputs) throws Exception {
    var args = new ArrayList<>(List.of("--master", "local[2]"));
    s3.hadoopProperties()
        .forEach(
            (name, value) -> args.addAll(List.of("--conf", "spark.hadoop." + name + "=" + value)));
    args.addAll(List.of("spark-internal", "classify", "--dry-run", "--input"));
    args.addAll(List.of(inputs));
    args.addAll(List.of("--model", Cli.MODEL.toString(), "--output", folder.toString()));
    String classPath =
        Stream.concat(Stream.of(Path.of("target/classes")), ChildSpark.classPath().stream())
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    Path home = Files.createDirectory(folder.resolve("home"));
    try (ChildSpark driver =
        ChildSpark.submit(home, "512m", classPath, args.toArray(String[]::new))) {
      assertEquals(ExitCode.DONE, driver.await(600), driver.err());
      return driver.out();
    }
  }
}
