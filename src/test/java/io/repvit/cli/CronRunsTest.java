package io.repvit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.repvit.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code jobs/cron-classify} with the real job; {@link CronClassifyTest} has the exit codes. */
@Tag("slow")
class CronRunsTest {
  private static final int IMAGES = 60;

  @TempDir Path folder;

  private record Ended(int exit, String mail) {}

  /** One night: the driver is killed, cron starts the script again too early, and then late. */
  @Test
  void aKilledRunIsResumedAnOverlapIsToldAndNothingNewIsSilent() throws Exception {
    Path output = folder.resolve("tables");
    Samples.garments(folder.resolve("images"), IMAGES / 10);
    Files.writeString(
        folder.resolve("photos.conf"),
        """
        model = "%s"
        input = ["%s"]
        output = "%s"
        wave-images = 5
        lease-timeout = 2s
        """
            .formatted(Cli.MODEL.toAbsolutePath(), folder.resolve("images"), output));
    Process night = start();
    try {
      Await.until("a wave is done", () -> staged(output).contains("wave-0.json"));
      Ended early = ended(start());
      assertEquals(75, early.exit(), early.mail());
      assertEquals(1, early.mail().lines().count(), early.mail());
      assertTrue(early.mail().contains("the previous run is still active"), early.mail());
      ProcessHandle driver =
          night
              .descendants()
              .filter(p -> p.info().command().orElse("").endsWith("java"))
              .findFirst()
              .orElseThrow();
      assertTrue(driver.destroyForcibly());
      assertEquals(new Ended(0, ""), ended(night), this::log);
    } finally {
      night.descendants().forEach(ProcessHandle::destroyForcibly);
      night.destroyForcibly();
    }
    assertTrue(log().contains(": resuming "), this::log);
    List<Path> manifests = manifests(output);
    assertEquals(1, manifests.size(), manifests::toString);
    JsonNode manifest = new ObjectMapper().readTree(manifests.get(0).toFile());
    assertEquals(2, manifest.path("attempts").asInt());
    assertEquals(IMAGES, manifest.path("predicted").asInt());
    try (Tables tables = Tables.open(output)) {
      assertEquals(
          List.of(List.of((long) IMAGES, (long) IMAGES)),
          tables.rows("select count(*), count(distinct path) from predictions"));
    }

    assertEquals(new Ended(0, ""), ended(start()), "nothing is new");
    assertTrue(log().contains("were scored before"), this::log);
    assertEquals(manifests, manifests(output));
  }

  private static List<String> staged(Path output) throws IOException {
    try {
      return Tables.filesBelow(output.resolve("_staging")).stream()
          .map(file -> Path.of(file).getFileName().toString())
          .toList();
    } catch (UncheckedIOException e) {
      return List.of(); // A folder was deleted while it was listed.
    }
  }

  private static List<Path> manifests(Path output) throws IOException {
    return Tables.filesBelow(output.resolve("runs")).stream()
        .filter(file -> file.endsWith("manifest.json"))
        .map(file -> output.resolve("runs").resolve(file))
        .toList();
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("log"));
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  private static Ended ended(Process process) throws Exception {
    String mail = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), mail);
  }

  private Process start() throws Exception {
    Path job = folder.resolve("job");
    if (!Files.exists(job)) {
      Files.writeString(
          job,
          """
          #!/usr/bin/env bash
          export ORT_DISABLE_TELEMETRY=1 SPARK_LOCAL_IP=127.0.0.1
          exec "%s" -Xmx1g %s -Djava.io.tmpdir="%s" \\
            -Dlog4j2.configurationFile=conf/log4j2.properties -cp "%s" \\
            org.apache.spark.deploy.SparkSubmit --properties-file conf/spark.conf \\
            --conf spark.ui.enabled=false --master 'local[2]' --class io.repvit.cli.Main \\
            spark-internal "$@"
          """
              .formatted(
                  Path.of(System.getProperty("java.home"), "bin", "java"),
                  ChildSpark.javaOptions(),
                  Files.createDirectory(folder.resolve("tmp")),
                  ChildSpark.classPath(jar -> true)));
      Files.setPosixFilePermissions(job, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    var builder =
        new ProcessBuilder(
            "jobs/cron-classify", "--config", folder.resolve("photos.conf").toString());
    builder.environment().put("REPVIT", job.toString());
    builder.environment().put("REPVIT_PAUSE", "0");
    builder.environment().put("REPVIT_LOCK", folder.resolve("lock").toString());
    builder.environment().put("REPVIT_LOG", folder.resolve("log").toString());
    return builder.redirectErrorStream(true).start();
  }
}
