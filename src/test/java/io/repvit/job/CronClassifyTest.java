package io.repvit.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jobs/cron-classify} around a job that ends as it is told. */
class CronClassifyTest {
  @TempDir Path folder;

  private record Ended(int exit, String output, List<String> calls) {}

  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "3, 0, 1",
    "2, 2, 1",
    "4, 4, 1",
    "5 0, 0, 2",
    "5 3, 0, 2",
    "5 5, 5, 2",
    "5 4, 4, 2",
  })
  void onlyAFailureMidwayIsTriedAgainAndOnlyOnce(String codes, int exit, int attempts)
      throws Exception {
    Ended ended = run(codes);
    assertEquals(exit, ended.exit(), ended.output());
    assertEquals(attempts, ended.calls().size());
    assertEquals(1, ended.calls().stream().distinct().count(), "every attempt is the same run");
    assertTrue(
        ended
            .calls()
            .get(0)
            .matches("classify --config a b --date \\d{4}-\\d\\d-\\d\\d --run-id \\d+"),
        ended.calls()::toString);
    assertEquals(exit == 0, ended.output().isEmpty(), "cron mails whatever is printed");
  }

  @Test
  void aRunThatStillGoesOnIsNotOvertaken() throws Exception {
    Process holder =
        new ProcessBuilder("flock", folder.resolve("lock").toString(), "sleep", "60").start();
    try {
      while (holder.descendants().findAny().isEmpty()) {
        Thread.sleep(10);
      }
      Ended ended = run("0");
      assertEquals(75, ended.exit());
      assertEquals(List.of(), ended.calls());
      assertTrue(ended.output().contains("still goes on"), ended.output());
    } finally {
      holder.descendants().forEach(ProcessHandle::destroyForcibly);
      holder.destroyForcibly().waitFor();
    }
  }

  /** Runs the script; the job ends with the first of {@code codes}, then with the next. */
  private Ended run(String codes) throws Exception {
    Path calls = Files.writeString(folder.resolve("calls"), "");
    Path job = folder.resolve("job");
    Files.writeString(
        job,
        """
        #!/usr/bin/env bash
        echo "$@" >>"%1$s"
        codes=(%2$s)
        echo "as if it worked"
        exit "${codes[$(wc -l <"%1$s") - 1]}"
        """
            .formatted(calls, codes));
    Files.setPosixFilePermissions(job, PosixFilePermissions.fromString("rwxr-xr-x"));
    var builder = new ProcessBuilder("jobs/cron-classify", "--config", "a b");
    builder.environment().put("REPVIT", job.toString());
    builder.environment().put("REPVIT_PAUSE", "0");
    builder.environment().put("REPVIT_LOCK", folder.resolve("lock").toString());
    builder.environment().put("REPVIT_LOG", folder.resolve("log").toString());
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output, Files.readAllLines(calls));
  }
}
