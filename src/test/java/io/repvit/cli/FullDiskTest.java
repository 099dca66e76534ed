package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.repvit.testing.S3Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real file system without room, where root may mount one, and one that counts bytes. */
@Tag("slow")
class FullDiskTest {
  private static final int ROOM = 64 << 10;

  @TempDir Path folder;
  private Path input;
  private @Nullable Path disk;

  @BeforeEach
  void makeImages() throws Exception {
    input = folder.resolve("input");
    Samples.garments(input, 12);
  }

  private Path mountSmallDisk() throws Exception {
    assumeTrue(System.getProperty("user.name").equals("root"), "root may mount a file system");
    Path mounted = Files.createDirectory(folder.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=" + ROOM, "tmpfs", mounted.toString());
    disk = mounted;
    return mounted;
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      run("umount", "-l", disk.toString());
    }
  }

  @Test
  void withoutRoomForTheTablesNothingIsPublishedUntilThereIs() throws Exception {
    Path small = mountSmallDisk();
    Path output = small.resolve("tables");
    assertFails(Cli.classify(input, output));
    assertNothingIsPublished(output);
    run("mount", "-o", "remount,size=64m", small.toString());
    Cli.classify(input, output).done();
    assertEquals(120, Tables.manifest(output).get("predicted").asInt());
  }

  @Test
  void withoutQuotaForTheTablesItIsTheSame() throws Exception {
    Path output = folder.resolve("tables");
    QuotaFileSystem.BYTES_LEFT.set(ROOM);
    try {
      assertFails(Cli.classify(QuotaFileSystem.PROPERTIES, input.toString(), output.toString()));
    } finally {
      QuotaFileSystem.BYTES_LEFT.set(Long.MAX_VALUE);
    }
    assertNothingIsPublished(output);
    Cli.classify(input, output).done();
    assertEquals(120, Tables.manifest(output).get("predicted").asInt());
  }

  @Test
  void withoutRoomForLocalFilesTheMessageDoesNotBlameTheInput() throws Exception {
    Path list = folder.resolve("list.txt");
    Files.writeString(
        list,
        Tables.filesBelow(input).stream()
            .map(file -> input.resolve(file).toString())
            .collect(Collectors.joining("\n")));
    Path small = mountSmallDisk();
    fill(small);
    Path output = folder.resolve("tables");
    assertFails(
        Cli.classify(
            Map.of("spark.local.dir", small.toString()),
            list.toString(),
            output.toString(),
            "--input-format",
            "paths"));
    assertEquals(List.of(), Tables.filesBelow(output));
  }

  @Test
  void withoutRoomForWhatIsUploadedNothingIsPublished() throws Exception {
    Path small = mountSmallDisk();
    try (S3Server s3 = S3Server.start(folder)) {
      Path tables = s3.createBucket("full-disk-tables");
      Map<String, String> spark = Cli.sparkConf(s3);
      spark.put("spark.hadoop.fs.s3a.buffer.dir", small.toString());
      assertFails(Cli.classify(spark, input.toString(), "s3a://full-disk-tables/run"));
      assertEquals(
          List.of(),
          Tables.filesBelow(tables).stream().filter(f -> !f.startsWith("run/_staging/")).toList());
    }
  }

  private static void assertNothingIsPublished(Path output) throws IOException {
    assertEquals(
        List.of(),
        Tables.filesBelow(output).stream().filter(f -> !f.startsWith("_staging/")).toList());
  }

  private static void fill(Path disk) throws IOException {
    try (var out = Files.newOutputStream(disk.resolve("full"))) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertTrue(String.valueOf(full.getMessage()).contains("No space left"), full::toString);
    }
  }

  private static void assertFails(Cli.Ended ended) {
    assertEquals(ExitCode.FAILED, ended.exit(), ended.err());
    assertEquals("", ended.out());
    List<String> lines =
        ended.err().lines().filter(line -> line.startsWith("repvit classify: failed")).toList();
    assertEquals(1, lines.size(), ended.err());
    assertTrue(lines.get(0).contains("a disk is full"), lines.get(0));
    assertTrue(lines.get(0).contains("spark.local.dir"), lines.get(0));
  }

  private static void run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }
}
